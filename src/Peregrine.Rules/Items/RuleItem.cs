namespace Peregrine.Rules;

/// <summary>A rule as collected from the files so far, before its condition is built.</summary>
internal sealed class RuleItem(string name, LoadContext context) : DefinedItem(name, context)
{
    public string Condition { get; set; } = "";

    public LoadContext ConditionContext { get; init; } = context;

    public string Output { get; set; } = "";

    public LoadContext OutputContext { get; init; } = context;

    public string Description { get; set; } = "";

    public RulePriority Priority { get; set; } = RulePriority.Debug;

    public string Source { get; init; } = RuleSource.Syscall;

    /// <summary>No plugin provides its source: it is kept, so that appends find it, but not compiled.</summary>
    public bool HasUnknownSource { get; set; }

    public bool Enabled { get; set; } = true;

    public bool Capture { get; set; }

    /// <summary>Milliseconds; 0 for the configured duration.</summary>
    public uint CaptureDuration { get; set; }

    public bool WarnEventTypes { get; set; } = true;

    public bool SkipUnknown { get; set; }

    public SortedSet<string> Tags { get; set; } = new(StringComparer.Ordinal);

    public List<ExceptionItem> Exceptions { get; set; } = [];
}

/// <summary>Changes to a rule: what an append or an <c>override</c> brings. Null is not mentioned.</summary>
internal sealed class RuleChange(string name, LoadContext context)
{
    public string Name { get; } = name;

    public LoadContext Context { get; } = context;

    public string? Condition { get; set; }

    public string? Output { get; set; }

    public string? Description { get; set; }

    public string? Source { get; set; }

    public RulePriority? Priority { get; set; }

    public bool? Enabled { get; set; }

    public bool? Capture { get; set; }

    public uint? CaptureDuration { get; set; }

    public bool? WarnEventTypes { get; set; }

    public bool? SkipUnknown { get; set; }

    public SortedSet<string>? Tags { get; set; }

    public List<ExceptionItem>? Exceptions { get; set; }

    public bool IsEmpty => Condition is null && Output is null && Description is null && Priority is null && Enabled is null && Capture is null
        && CaptureDuration is null && WarnEventTypes is null && SkipUnknown is null && Tags is null && Exceptions is null;
}
