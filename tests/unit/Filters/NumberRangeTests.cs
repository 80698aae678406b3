using Peregrine.Filters;
using Xunit;

namespace Peregrine.UnitTests.Filters;

/// <summary>Comparisons of numbers, against the language's own.</summary>
public sealed class NumberRangeTests
{
    private static readonly long[] Numbers =
    [
        long.MinValue, long.MinValue + 1, int.MinValue - 1L, int.MinValue, -2, -1, 0, 1, 2, 41, 42, 43, int.MaxValue, int.MaxValue + 1L, long.MaxValue - 1, long.MaxValue,
    ];

    [Fact]
    public void EveryOperatorHoldsForTheNumbersThatItShould()
    {
        foreach (var constant in Numbers)
            foreach (var number in Numbers)
            {
                Check(number.CompareTo(constant), isSigned: true);
                Check(((ulong)number).CompareTo((ulong)constant), isSigned: false);

                void Check(int order, bool isSigned)
                {
                    Is(CheckOperator.Less, order < 0);
                    Is(CheckOperator.LessOrEqual, order <= 0);
                    Is(CheckOperator.Greater, order > 0);
                    Is(CheckOperator.GreaterOrEqual, order >= 0);
                    Is(CheckOperator.Equal, order == 0);
                    Is(CheckOperator.NotEqual, order != 0);
                    Is(CheckOperator.In, order == 0);

                    void Is(CheckOperator op, bool expected) =>
                        Assert.True(expected == new NumberRange(op, constant, isSigned).Holds(number), $"{number} {op} {constant}, {(isSigned ? "signed" : "unsigned")}");
                }
            }
    }
}
