using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>What a node of the graph is.</summary>
internal enum GraphKind : byte
{
    False,
    True,
    /// <summary>A check, as the filter compiler made it.</summary>
    Check,
    /// <summary>A check that must not hold; negations of junctions are pushed down to their checks.</summary>
    NotCheck,
    All,
    Any,
}

/// <summary>
/// A condition or a part of one, held once however many rules contain it: two nodes of a graph are the same object when they ask the same. Made by <see cref="ConditionGraph"/>; immutable but for
/// the count of its uses and the places where its answers are remembered.
/// </summary>
internal sealed class GraphNode
{
    /// <summary>Position in the graph; the order of junctions' children.</summary>
    public required int Id { get; init; }

    public required GraphKind Kind { get; init; }

    /// <summary>Of a check, negated or not.</summary>
    public PredicateNode? Check { get; init; }

    /// <summary>Of a junction: at least two, none a junction of the same kind, by rising id.</summary>
    public GraphNode[] Children { get; init; } = [];

    public required FieldScope Scope { get; init; }

    /// <summary>Roughly what an answer costs, in units of a comparison of numbers.</summary>
    public required int Cost { get; init; }

    /// <summary>Whether it holds a check on what all events of a type share, so that it gets simpler when the type is known.</summary>
    public required bool DependsOnType { get; init; }

    /// <summary>Whether its answer depends on nothing but the descriptor, of events that use a known one: see <see cref="DescriptorMemory"/>.</summary>
    public required bool IsOfDescriptor { get; init; }

    /// <summary>How many junctions and rules have it as a part.</summary>
    public int Uses { get; set; }

    /// <summary>The node as it is evaluated, with answers remembered; made on demand.</summary>
    public PredicateNode? Evaluator { get; set; }

    /// <summary>Likewise for events that use a descriptor that was there before: answers about that are remembered, too.</summary>
    public PredicateNode? DescriptorEvaluator { get; set; }

    /// <summary>Whether its answer depends on nothing but the process, its ancestors and its container.</summary>
    public bool IsOfProcess => Scope.IsOfProcess();
}
