namespace Peregrine.Filters;

/// <summary>
/// Makes what evaluates the nodes of a graph: the cheap parts of a junction are asked first, what depends on the process or the descriptor only is remembered with it, and what several conditions share with the event.
/// </summary>
internal sealed class GraphEvaluators
{
    /// <summary>Parts cheaper than this are asked again rather than remembered for an event.</summary>
    private const int WorthRemembering = 3;

    /// <summary>What a remembered answer about the process costs, whatever it took to find.</summary>
    private const int RememberedCost = 1;

    private readonly HashSet<GraphNode> _counted = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many answers are remembered with a process.</summary>
    public int ProcessSlots { get; private set; }

    /// <summary>How many answers are remembered with a descriptor.</summary>
    public int DescriptorSlots { get; private set; }

    /// <summary>How many answers are remembered for an event.</summary>
    public int EventSlots { get; private set; }

    /// <summary>Counts a use of the node, and of its parts when it is the first. To be called for all that will be evaluated, before any evaluator is asked for.</summary>
    public void Count(GraphNode node)
    {
        node.Uses++;
        if (!_counted.Add(node)) return;
        foreach (var child in node.Children) Count(child);
    }

    /// <summary>What asking the node costs, when it was asked before as often as can be expected.</summary>
    public static int CostOf(GraphNode node) => node.IsOfProcess ? RememberedCost : node.Cost;

    /// <param name="node">What is asked.</param>
    /// <param name="usesDescriptor">Whether it is for events that use a descriptor that was there before: see <see cref="DescriptorMemory.Serves"/>.</param>
    public PredicateNode Get(GraphNode node, bool usesDescriptor) => usesDescriptor && !node.IsOfProcess
        ? node.DescriptorEvaluator ??= Remembered(node, Plain(node, true), true)
        : node.Evaluator ??= Remembered(node, Plain(node, false), false);

    private PredicateNode Remembered(GraphNode node, PredicateNode plain, bool usesDescriptor)
    {
        if (node.IsOfProcess) return new ProcessRemembered(plain, ProcessSlots++);
        if (node.Cost < WorthRemembering) return plain;
        var forEvent = node.Uses > 1 ? new EventRemembered(plain, EventSlots++) : plain;
        return usesDescriptor && node.IsOfDescriptor ? new DescriptorRemembered(plain, DescriptorSlots++, forEvent) : forEvent;
    }

    private PredicateNode Plain(GraphNode node, bool usesDescriptor) => node.Kind switch
    {
        GraphKind.False => ConstantPredicate.False,
        GraphKind.True => ConstantPredicate.True,
        GraphKind.Check => node.Check!,
        GraphKind.NotCheck => new NotPredicate(node.Check!),
        GraphKind.All => new AndPredicate(Parts(node, usesDescriptor)),
        _ => new OrPredicate(Parts(node, usesDescriptor)),
    };

    private PredicateNode[] Parts(GraphNode junction, bool usesDescriptor)
    {
        // Where the whole is remembered with its entry, a part is only when another condition has it too.
        if (junction.IsOfProcess || (usesDescriptor && junction.IsOfDescriptor))
            return [.. junction.Children.OrderBy(static c => c.Cost).Select(c => c.Uses > 1 ? Get(c, usesDescriptor) : Plain(c, usesDescriptor))];
        var parts = new List<PredicateNode>();
        var ofProcess = junction.Children.Where(static c => c.IsOfProcess).OrderBy(static c => c.Cost).ToArray();
        if (ofProcess.Length == 1) parts.Add(Get(ofProcess[0], usesDescriptor));
        if (ofProcess.Length > 1)
        {
            PredicateNode[] together = [.. ofProcess.Select(c => c.Uses > 1 ? Get(c, usesDescriptor) : Plain(c, usesDescriptor))];
            parts.Add(new ProcessRemembered(junction.Kind == GraphKind.All ? new AndPredicate(together) : new OrPredicate(together), ProcessSlots++));
        }
        parts.AddRange(junction.Children.Where(static c => !c.IsOfProcess).OrderBy(static c => c.Cost).Select(c => Get(c, usesDescriptor)));
        return [.. parts];
    }
}
