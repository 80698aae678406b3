using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>A condition ready to be asked about events. Immutable; one may serve several workers, each with a scratch of its own.</summary>
public sealed class CompiledFilter
{
    internal CompiledFilter(PredicateNode root) => Root = root;

    public PredicateNode Root { get; }

    /// <summary>What the answer depends on at most.</summary>
    public FieldScope Scope => Root.Scope;

    public bool Matches(ref EventContext context, EvaluationScratch scratch)
    {
        scratch.Enter(ref context);
        return Root.Evaluate(ref context, scratch);
    }
}
