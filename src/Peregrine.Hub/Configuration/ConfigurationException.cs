namespace Peregrine.Hub.Configuration;

/// <summary>The configuration cannot be right. The message is for people and says where and what to do.</summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException()
    {
    }

    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
