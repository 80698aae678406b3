using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// Answers as much of a condition as can be answered while something is not known of the event's container. What is left asks about nothing but the container, so it can be asked later,
/// when the process may have changed or ended.
/// </summary>
public static class PartialAnswer
{
    /// <summary>
    /// The condition with every part answered that does not await the container: <see cref="ConstantPredicate.True"/> or <see cref="ConstantPredicate.False"/> when that decides it. Allocates where it does not.
    /// </summary>
    public static PredicateNode Of(CompiledFilter filter, ref EventContext context, EvaluationScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(filter);
        scratch.Enter(ref context);
        return context.Thread?.Container is { } container ? Reduce(filter.Root, container, ref context, scratch) : Constant(filter.Root.Evaluate(ref context, scratch));
    }

    /// <summary>The same for what was left before, after more became known.</summary>
    public static PredicateNode Of(PredicateNode rest, ref EventContext context, EvaluationScratch scratch) =>
        context.Thread?.Container is { } container ? Reduce(rest, container, ref context, scratch) : Constant(rest.Evaluate(ref context, scratch));

    private static PredicateNode Reduce(PredicateNode node, ContainerEntry container, ref EventContext context, EvaluationScratch scratch)
    {
        if (!container.Awaits(node.Awaits)) return Constant(node.Evaluate(ref context, scratch));
        switch (node)
        {
            case AndPredicate and:
                return Junction(and.Parts, isAnd: true, container, ref context, scratch);
            case OrPredicate or:
                return Junction(or.Parts, isAnd: false, container, ref context, scratch);
            case NotPredicate not:
                var part = Reduce(not.Part, container, ref context, scratch);
                return part is ConstantPredicate decided ? Constant(!decided.Value) : new NotPredicate(part);
            default:
                return node;
        }
    }

    private static PredicateNode Junction(IReadOnlyList<PredicateNode> parts, bool isAnd, ContainerEntry container, ref EventContext context, EvaluationScratch scratch)
    {
        List<PredicateNode>? left = null;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = Reduce(parts[i], container, ref context, scratch);
            if (part is not ConstantPredicate decided) (left ??= []).Add(part);
            else if (decided.Value != isAnd) return decided;
        }
        if (left is null) return Constant(isAnd);
        if (left.Count == 1) return left[0];
        return isAnd ? new AndPredicate([.. left]) : new OrPredicate([.. left]);
    }

    private static ConstantPredicate Constant(bool value) => value ? ConstantPredicate.True : ConstantPredicate.False;
}
