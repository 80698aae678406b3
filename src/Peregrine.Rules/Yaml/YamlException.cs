namespace Peregrine.Rules.Yaml;

/// <summary>The text is not YAML; <see cref="Exception.Message"/> carries the place, as the library that people know prints it.</summary>
public sealed class YamlException : Exception
{
    public YamlException(YamlMark mark, string problem)
        : base($"yaml-cpp: error at line {mark.Line + 1}, column {mark.Column + 1}: {problem}")
    {
        (Mark, Problem) = (mark, problem);
    }

    public YamlException()
        : this(default, "")
    {
    }

    public YamlException(string message)
        : this(default, message)
    {
    }

    public YamlException(string message, Exception inner)
        : base(message, inner)
    {
        Problem = message;
    }

    public YamlMark Mark { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
