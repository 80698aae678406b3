namespace Peregrine.Filters;

/// <summary>A condition that the grammar does not allow. <see cref="Exception.Message"/> is the reference's text without the place.</summary>
public sealed class ConditionSyntaxException : Exception
{
    public ConditionSyntaxException()
    {
    }

    public ConditionSyntaxException(string message)
        : base(message)
    {
    }

    public ConditionSyntaxException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ConditionSyntaxException(string message, SourcePosition position)
        : base(message)
    {
        Position = position;
    }

    /// <summary>Where the parser stood when it gave up.</summary>
    public SourcePosition Position { get; } = SourcePosition.Start;

    /// <summary>In UTF-8 bytes, from 0.</summary>
    public int Offset => Position.Offset;

    public int Line => Position.Line;

    public int Column => Position.Column;

    /// <summary>The text that the reference prints when a whole filter, and not a rule, is compiled.</summary>
    public string FilterMessage => $"filter error at index {Offset}, line {Line}, column {Column}: {Message}";
}
