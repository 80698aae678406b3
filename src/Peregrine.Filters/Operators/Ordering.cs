namespace Peregrine.Filters;

/// <summary>What the operators of order and equality say of the outcome of a comparison.</summary>
internal static class Ordering
{
    public static bool Holds(CheckOperator op, int comparison) => op switch
    {
        CheckOperator.Less => comparison < 0,
        CheckOperator.LessOrEqual => comparison <= 0,
        CheckOperator.Greater => comparison > 0,
        CheckOperator.GreaterOrEqual => comparison >= 0,
        CheckOperator.NotEqual => comparison != 0,
        _ => comparison == 0,
    };
}
