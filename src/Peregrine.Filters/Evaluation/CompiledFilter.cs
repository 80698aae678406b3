using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>A condition ready to be asked about events. Immutable; one may serve several workers, each with a scratch of its own.</summary>
public sealed class CompiledFilter
{
    internal CompiledFilter(PredicateNode root, IReadOnlyList<NamedHost> hosts) => (Root, Hosts) = (root, hosts);

    public PredicateNode Root { get; }

    /// <summary>The hosts that the condition names. Whoever runs it looks them up; until then it takes them for hosts without an address.</summary>
    public IReadOnlyList<NamedHost> Hosts { get; }

    /// <summary>What the answer depends on at most.</summary>
    public FieldScope Scope => Root.Scope;

    public bool Matches(ref EventContext context, EvaluationScratch scratch)
    {
        scratch.Enter(ref context);
        return Root.Evaluate(ref context, scratch);
    }
}
