using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.Rules;

/// <summary>A rule ready to run. Immutable.</summary>
public sealed class Rule
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Source { get; init; }

    public required RulePriority Priority { get; init; }

    /// <summary>In alphabetical order.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Whether a match starts a capture.</summary>
    public bool Capture { get; init; }

    /// <summary>Milliseconds; 0 for the configured duration.</summary>
    public uint CaptureDuration { get; init; }

    /// <summary>Whether the files enable it; the selection may say otherwise.</summary>
    public bool Enabled { get; init; }

    /// <summary>The output with everything that was appended to it.</summary>
    public required string Output { get; init; }

    /// <summary>The compiled output. Missing values print <c>&lt;NA&gt;</c>.</summary>
    public required OutputFormat Format { get; init; }

    public IReadOnlyList<CompiledExtraField> ExtraFields { get; init; } = [];

    /// <summary>The condition with macros and lists put in.</summary>
    public required ConditionNode Condition { get; init; }

    public required CompiledFilter Filter { get; init; }

    /// <summary>The events for which the condition may hold; for sources other than syscall, plugin events.</summary>
    public required IReadOnlyList<EventType> EventTypes { get; init; }

    /// <summary>The system calls that those events report; empty for other sources.</summary>
    public required IReadOnlyList<SyscallCode> Syscalls { get; init; }

    /// <summary>What must be known of a container for its condition and output to be final.</summary>
    public ContainerFacts Awaits => Filter.Root.Awaits | Format.Awaits | ExtraFields.Aggregate(ContainerFacts.None, static (facts, f) => facts | f.Format.Awaits);

    /// <summary>Its place in the order of definitions.</summary>
    public int Index { get; init; }

    public override string ToString() => Name;
}

/// <summary>An extra field with its compiled format.</summary>
public sealed record CompiledExtraField(ExtraField Definition, OutputFormat Format)
{
    public string Key => Definition.Key;

    public bool IsRaw => Definition.IsRaw;
}
