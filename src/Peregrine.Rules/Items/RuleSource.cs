using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>A source of events that rules can be written for, with the fields that exist for it.</summary>
public sealed class RuleSource(string name, FieldCatalog fields)
{
    /// <summary>The name of the source of system calls, which rules have when they name none.</summary>
    public const string Syscall = "syscall";

    public string Name { get; } = name;

    public FieldCatalog Fields { get; } = fields;

    public bool IsSyscall => Name == Syscall;
}

/// <summary>A loaded plugin, as far as rules are concerned: its version, the source of events that it provides (null when it has none), and the names of its fields.</summary>
public sealed record RulePlugin(string Name, string Version, string? Source, IReadOnlyCollection<string> Fields)
{
    /// <summary>The names of the asynchronous events that it sends, which <c>evt.type</c> and <c>evt.asynctype</c> can name.</summary>
    public IReadOnlyCollection<string> AsyncEvents { get; init; } = [];

    /// <summary>The output fields that it suggests for alerts of the sources it extracts from.</summary>
    public IReadOnlyList<string> SuggestedOutput { get; init; } = [];

    /// <summary>The sources whose events its fields can be taken from; null for all.</summary>
    public IReadOnlyCollection<string>? ExtractSources { get; init; }
}
