using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Finds the checks and names at the leaves of a condition.</summary>
internal static class ConditionLeaves
{
    /// <summary>In the order of the text; a part that stands in several places, as macros do, once.</summary>
    public static IEnumerable<ConditionNode> Of(ConditionNode condition)
    {
        var seen = new HashSet<ConditionNode>();
        var open = new Stack<ConditionNode>([condition]);
        while (open.TryPop(out var node))
        {
            if (!seen.Add(node)) continue;
            switch (node)
            {
                case AndNode conjunction:
                    PushAll(open, conjunction.Children);
                    break;
                case OrNode disjunction:
                    PushAll(open, disjunction.Children);
                    break;
                case NotNode not:
                    open.Push(not.Child);
                    break;
                default:
                    yield return node;
                    break;
            }
        }
    }

    private static void PushAll(Stack<ConditionNode> open, IReadOnlyList<ConditionNode> children)
    {
        for (var i = children.Count - 1; i >= 0; i--) open.Push(children[i]);
    }
}
