namespace Peregrine.Rules;

/// <summary>A field that is added to alerts under a name of its own.</summary>
/// <param name="Key">The key in <c>output_fields</c>.</param>
/// <param name="Format">The format of its value.</param>
/// <param name="IsRaw">The format is one field whose typed value is taken, not its text.</param>
public sealed record ExtraField(string Key, string Format, bool IsRaw);

/// <summary>One entry of <c>append_output</c>: what is added to the output of the rules that it matches.</summary>
public sealed record AppendOutput
{
    /// <summary>Empty for every source.</summary>
    public string Source { get; init; } = "";

    /// <summary>Empty for every rule.</summary>
    public string Rule { get; init; } = "";

    /// <summary>A rule must have all of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Appended to the output with a blank; empty for nothing.</summary>
    public string ExtraOutput { get; init; } = "";

    public IReadOnlyList<ExtraField> ExtraFields { get; init; } = [];

    /// <summary>Append the output that the plugins of the rule's source suggest.</summary>
    public bool SuggestedOutput { get; init; }

    internal bool AppliesTo(RuleItem rule) =>
        (Source.Length == 0 || Source == rule.Source) && (Rule.Length == 0 || Rule == rule.Name) && Tags.All(rule.Tags.Contains);
}
