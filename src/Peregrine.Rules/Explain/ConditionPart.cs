using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>What a part of a condition is.</summary>
public enum PartKind : byte
{
    And,
    Or,
    Not,
    Macro,
    Exception,
    Check,
}

/// <summary>A part of a rule's condition, compiled on its own; macros and exceptions keep their names. Immutable.</summary>
public sealed class ConditionPart
{
    internal ConditionPart(PartKind kind, string text, CompiledFilter filter, IReadOnlyList<ConditionPart> parts) => (Kind, Text, Filter, Parts) = (kind, text, filter, parts);

    public PartKind Kind { get; }

    /// <summary>The part as it stands in the condition, with macros by their names; for macros and exceptions the name.</summary>
    public string Text { get; }

    /// <summary>What it consists of: operands, or the one condition that a name stands for.</summary>
    public IReadOnlyList<ConditionPart> Parts { get; }

    /// <summary>The part in one line of a tree, where its operands have lines of their own.</summary>
    public string Label => Kind switch
    {
        PartKind.And => "and",
        PartKind.Or => "or",
        PartKind.Not => "not",
        PartKind.Macro => "macro " + Text,
        PartKind.Exception => $"exception '{Text}'",
        _ => Text,
    };

    /// <summary>The part in one line on its own.</summary>
    public string Line => Kind switch
    {
        PartKind.Not when Parts[0].Kind == PartKind.Exception => "not " + Parts[0].Label,
        PartKind.Exception => Label,
        _ => Text,
    };

    internal CompiledFilter Filter { get; }

    /// <summary>The value that is compared; null where there is none to print.</summary>
    internal OutputFormat? Left { get; init; }

    /// <summary>The value that it is compared with, where that is one of the event.</summary>
    internal OutputFormat? Right { get; init; }
}
