using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>What a condition means where the reference's meaning is a plain defect; <c>docs/differences.md</c> lists the cases.</summary>
public enum RulesSemantics : byte
{
    /// <summary>What the reference does.</summary>
    Compatible,
    /// <summary>What the author meant.</summary>
    Strict,
}

/// <summary>What rules are loaded with.</summary>
public sealed record RuleLoaderOptions
{
    /// <summary>The sources of events with their fields; rules of other sources are skipped with a warning.</summary>
    public required IReadOnlyList<RuleSource> Sources { get; init; }

    public IReadOnlyList<RulePlugin> Plugins { get; init; } = [];

    public IReadOnlyList<AppendOutput> AppendOutput { get; init; } = [];

    /// <summary>The version that <c>required_engine_version</c> is held against.</summary>
    public EngineVersion EngineVersion { get; init; } = EngineVersion.Current;

    /// <summary>Rules less severe than this are compiled and described, but never run.</summary>
    public RulePriority Threshold { get; init; } = RulePriority.Debug;

    public RulesSemantics Semantics { get; init; }

    public FilterOptions Filters { get; init; } = new();
}
