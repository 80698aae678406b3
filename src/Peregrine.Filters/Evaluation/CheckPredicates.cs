using System.Text;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>A value compared with constants.</summary>
public sealed class CheckPredicate : PredicateNode
{
    private readonly ValueSource _source;
    private readonly ValueTest _test;

    internal CheckPredicate(ValueSource source, ValueTest test)
    {
        (_source, _test) = (source, test);
        Arg = FieldArg.None;
        if (source.GetType() == typeof(FieldSource) && source is FieldSource { Reference: var field }) (Extract, Arg) = (field.Field.Extract, field.Arg);
        if (test is NumberTest number) (IsOfNumber, Range) = (true, number.Range);
    }

    /// <summary>What gives the value when that is a plain field, as nearly always; else null.</summary>
    internal FieldExtractor? Extract { get; }

    /// <summary>The argument for <see cref="Extract"/>.</summary>
    internal FieldArg Arg { get; }

    /// <summary>Whether the test is one of a number: whether <see cref="Range"/> has it.</summary>
    internal bool IsOfNumber { get; }

    internal NumberRange Range { get; }

    internal ValueSource Source => _source;

    internal ValueTest Test => _test;

    public override FieldScope Scope => _source.Scope;

    public override ContainerFacts Awaits => _source.Awaits;

    /// <summary>False whenever there is no value, whatever the operator.</summary>
    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        var value = new FieldValue(scratch.Buffer);
        if (Extract is { } extract ? !extract(ref context, Arg, ref value) : !_source.TryGet(ref context, ref value)) return false;
        return IsOfNumber ? Range.Holds(value.Number) : _test.Holds(ref value);
    }

    internal override void AppendKey(StringBuilder key)
    {
        _source.AppendKey(key);
        key.Append(' ');
        _test.AppendKey(key);
    }
}

/// <summary>A field that is compared by a rule of its own: any ancestor, either endpoint.</summary>
public sealed class CandidatesPredicate : PredicateNode, ICandidateTest
{
    private readonly FieldReference _field;
    private readonly FieldMatcher _match;
    private readonly ValueTest _test;

    internal CandidatesPredicate(FieldReference field, ValueTest test, bool isNegative)
    {
        (_field, _match, _test, IsNegative) = (field, field.Field.Match!, test, isNegative);
    }

    internal ValueTest Test => _test;

    internal Field Field => _field.Field;

    public override FieldScope Scope => _field.Field.Scope;

    public override ContainerFacts Awaits => _field.Field.Awaits;

    public bool IsNegative { get; }

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        var value = new FieldValue(scratch.Buffer);
        return _match(ref context, _field.Arg, ref value, this);
    }

    bool ICandidateTest.Holds(ref EventContext context, ref FieldValue candidate) => _test.Holds(ref candidate);

    internal override void AppendKey(StringBuilder key)
    {
        key.Append(_field.Text).Append(IsNegative ? " ~" : " ");
        _test.AppendKey(key);
    }
}

/// <summary>A value compared with another value of the same event.</summary>
public sealed class ComparisonPredicate : PredicateNode
{
    private readonly ValueSource _left;
    private readonly ValueSource _right;
    private readonly ValueComparison _comparison;

    internal ComparisonPredicate(ValueSource left, ValueSource right, ValueComparison comparison) => (_left, _right, _comparison) = (left, right, comparison);

    public override FieldScope Scope => _left.Scope > _right.Scope ? _left.Scope : _right.Scope;

    public override ContainerFacts Awaits => _left.Awaits | _right.Awaits;

    /// <summary>False when either side has no value.</summary>
    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        var left = new FieldValue(scratch.Buffer);
        if (!_left.TryGet(ref context, ref left)) return false;
        var right = new FieldValue(scratch.Buffer);
        return _right.TryGet(ref context, ref right) && _comparison.Holds(ref left, ref right);
    }

    internal override void AppendKey(StringBuilder key)
    {
        _left.AppendKey(key);
        key.Append(' ').Append(_comparison.Key).Append(" =");
        _right.AppendKey(key);
    }
}
