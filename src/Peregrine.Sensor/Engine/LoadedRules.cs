using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Rules;

namespace Peregrine.Sensor.Engine;

/// <summary>The rules that a run works with.</summary>
/// <param name="Engine">The enabled rules, ready to match.</param>
/// <param name="Catalogs">The fields of each source, by its name.</param>
internal sealed record LoadedRules(RuleEngine Engine, IReadOnlyDictionary<string, FieldCatalog> Catalogs)
{
    /// <summary>The syscalls that the rules can match.</summary>
    public IReadOnlySet<SyscallCode> Syscalls { get; } = Engine.Syscalls().ToHashSet();

    /// <summary>Of these, the syscalls of which rules look at what was read or written, in their conditions or outputs.</summary>
    public IReadOnlySet<SyscallCode> SyscallsWithData { get; } = Engine.SyscallsWithData().ToHashSet();

    /// <summary>The hosts that their conditions name.</summary>
    public IEnumerable<NamedHost> Hosts => Engine.Rules.SelectMany(r => r.Filter.Hosts);

    /// <summary>The files' names with the SHA-256 of what was read; only when metrics are on.</summary>
    public IReadOnlyList<(string File, string Sha256)> Digests { get; init; } = [];

    public int EnabledCount => Engine.Rules.Count;
}
