using System.Runtime.CompilerServices;

namespace Peregrine.Filters;

/// <summary>The numbers that a comparison with one constant lets through: those of a range, or all others. So every operator is one subtraction and one comparison, without a branch.</summary>
internal readonly struct NumberRange
{
    private readonly ulong _first;
    private readonly ulong _span;
    private readonly bool _isOutside;

    /// <param name="op">Equality, order, or <c>in</c>, which is equality where there is one constant.</param>
    /// <param name="constant">The constant.</param>
    /// <param name="isSigned">Whether numbers below 0 come first, or last, as the largest.</param>
    public NumberRange(CheckOperator op, long constant, bool isSigned)
    {
        var number = unchecked((ulong)constant);
        // Counted from the least of all numbers, both orders are the same.
        var least = isSigned ? unchecked((ulong)long.MinValue) : 0;
        (_first, _span, _isOutside) = op switch
        {
            CheckOperator.Less => (number, unchecked(least - 1 - number), true),
            CheckOperator.LessOrEqual => (least, unchecked(number - least), false),
            CheckOperator.Greater => (least, unchecked(number - least), true),
            CheckOperator.GreaterOrEqual => (number, unchecked(least - 1 - number), false),
            _ => (number, 0UL, op == CheckOperator.NotEqual),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(long number) => (unchecked((ulong)number - _first) <= _span) != _isOutside;
}
