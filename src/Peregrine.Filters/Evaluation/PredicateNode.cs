using System.Text;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// A compiled condition or a part of one: immutable, shared freely between conditions, rules and threads (what it writes to is in the scratch).
/// Two nodes with the same <see cref="Key"/> give the same answer for every event.
/// </summary>
public abstract class PredicateNode
{
    /// <summary>What the answer depends on at most.</summary>
    public abstract FieldScope Scope { get; }

    /// <summary>What must be known of the container for the answer to be final; most conditions need nothing of it.</summary>
    public virtual ContainerFacts Awaits => ContainerFacts.None;

    /// <summary>The structure as text: equal for nodes that may be merged.</summary>
    public string Key
    {
        get
        {
            var text = new StringBuilder();
            AppendKey(text);
            return text.ToString();
        }
    }

    /// <summary>The answer for an event. Does not allocate once the scratch has grown.</summary>
    public abstract bool Evaluate(ref EventContext context, EvaluationScratch scratch);

    internal abstract void AppendKey(StringBuilder key);

    private protected static FieldScope Widest(ReadOnlySpan<PredicateNode> nodes)
    {
        var widest = FieldScope.Constant;
        foreach (var node in nodes)
            if (node.Scope > widest) widest = node.Scope;
        return widest;
    }

    private protected static ContainerFacts AwaitsOf(ReadOnlySpan<PredicateNode> nodes)
    {
        var facts = ContainerFacts.None;
        foreach (var node in nodes) facts |= node.Awaits;
        return facts;
    }

    private protected static void AppendKeys(StringBuilder key, ReadOnlySpan<PredicateNode> nodes, char open)
    {
        key.Append(open);
        foreach (var node in nodes)
        {
            key.Append('(');
            node.AppendKey(key);
            key.Append(')');
        }
    }
}
