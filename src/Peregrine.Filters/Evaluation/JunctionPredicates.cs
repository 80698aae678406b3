using System.Text;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>True when all parts are; asks them from left to right and stops at the first that is not.</summary>
public sealed class AndPredicate : PredicateNode
{
    private readonly PredicateNode[] _parts;

    public AndPredicate(PredicateNode[] parts)
    {
        _parts = parts;
        (Scope, Awaits) = (Widest(parts), AwaitsOf(parts));
    }

    public IReadOnlyList<PredicateNode> Parts => _parts;

    public override FieldScope Scope { get; }

    public override ContainerFacts Awaits { get; }

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        foreach (var part in _parts)
            if (!part.Evaluate(ref context, scratch)) return false;
        return true;
    }

    internal override void AppendKey(StringBuilder key) => AppendKeys(key, _parts, '&');
}

/// <summary>True when a part is; asks them from left to right and stops at the first that is.</summary>
public sealed class OrPredicate : PredicateNode
{
    private readonly PredicateNode[] _parts;

    public OrPredicate(PredicateNode[] parts)
    {
        _parts = parts;
        (Scope, Awaits) = (Widest(parts), AwaitsOf(parts));
    }

    public IReadOnlyList<PredicateNode> Parts => _parts;

    public override FieldScope Scope { get; }

    public override ContainerFacts Awaits { get; }

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        foreach (var part in _parts)
            if (part.Evaluate(ref context, scratch)) return true;
        return false;
    }

    internal override void AppendKey(StringBuilder key) => AppendKeys(key, _parts, '|');
}

public sealed class NotPredicate(PredicateNode part) : PredicateNode
{
    public PredicateNode Part => part;

    public override FieldScope Scope => part.Scope;

    public override ContainerFacts Awaits => part.Awaits;

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch) => !part.Evaluate(ref context, scratch);

    internal override void AppendKey(StringBuilder key)
    {
        key.Append("!(");
        part.AppendKey(key);
        key.Append(')');
    }
}

/// <summary>The same for every event.</summary>
public sealed class ConstantPredicate : PredicateNode
{
    private ConstantPredicate(bool value) => Value = value;

    public static ConstantPredicate True { get; } = new(true);

    public static ConstantPredicate False { get; } = new(false);

    public bool Value { get; }

    public override FieldScope Scope => FieldScope.Constant;

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch) => Value;

    internal override void AppendKey(StringBuilder key) => key.Append(Value ? '1' : '0');
}
