using System.Collections.Frozen;
using System.Text;

namespace Peregrine.Filters;

/// <summary>Numbers and booleans against one constant.</summary>
internal sealed class NumberTest : ValueTest
{
    private readonly CheckOperator _op;
    private readonly long _constant;
    private readonly bool _isSigned;

    public NumberTest(CheckOperator op, long constant, bool isSigned)
    {
        (_op, _constant, _isSigned) = (op, constant, isSigned);
        Range = new NumberRange(op, constant, isSigned);
    }

    /// <summary>The numbers that pass, for those who have the number at hand.</summary>
    public NumberRange Range { get; }

    public override bool Holds(ref FieldValue value) => Range.Holds(value.Number);

    public override void AppendKey(StringBuilder key) => key.Append(_isSigned ? "s" : "u").Append(_op).Append(' ').Append(_constant);
}

internal sealed class DoubleTest(CheckOperator op, double constant) : ValueTest
{
    public override bool Holds(ref FieldValue value)
    {
        var number = value.Double;
        return op switch
        {
            CheckOperator.Less => number < constant,
            CheckOperator.LessOrEqual => number <= constant,
            CheckOperator.Greater => number > constant,
            CheckOperator.GreaterOrEqual => number >= constant,
            CheckOperator.NotEqual => number != constant,
            _ => number == constant,
        };
    }

    public override void AppendKey(StringBuilder key) => key.Append('d').Append(op).Append(' ').Append(constant);
}

/// <summary><c>in</c> on numbers; doubles by their bits.</summary>
internal sealed class NumberInTest(long[] constants) : ValueTest
{
    private readonly FrozenSet<long> _set = constants.ToFrozenSet();

    public override bool Holds(ref FieldValue value) => _set.Contains(value.Number);

    public override void AppendKey(StringBuilder key) => key.Append("in ").AppendJoin(' ', constants);
}
