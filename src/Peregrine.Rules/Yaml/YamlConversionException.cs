namespace Peregrine.Rules.Yaml;

/// <summary>A collection stands where only a text makes sense, such as the key of a map.</summary>
public sealed class YamlConversionException : Exception
{
    public YamlConversionException()
    {
    }

    public YamlConversionException(string message)
        : base(message)
    {
    }

    public YamlConversionException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
