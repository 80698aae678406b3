using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Looks through a condition, macros put in, for comparisons with <c>&lt;NA&gt;</c> and for fields that are no longer filled.</summary>
internal sealed class ConditionReview
{
    /// <summary>The fields that lost their values with the enter events, in the order of reports.</summary>
    public static readonly string[] DeprecatedFields =
        ["evt.dir", "evt.latency", "evt.latency.s", "evt.latency.ns", "evt.latency.human", "evt.wait_latency"];

    private const string DirectionMessage =
        "due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' always evaluates to false. "
        + "The rule expression can be simplified by removing the condition on 'evt.dir'";

    private const string LatencyMessage = "field is not available due to the drop of enter events.";

    private readonly bool[] _deprecated = new bool[DeprecatedFields.Length];
    private bool _unsafe;

    public static void Report(ConditionNode condition, string text, LoadContext context, LoadResult result)
    {
        var review = new ConditionReview();
        foreach (var leaf in ConditionLeaves.Of(condition))
            if (leaf is CheckNode check) review.Visit(check);
        var place = context.InCondition(text);
        if (review._unsafe) result.Add(LoadWarningCode.UnsafeNaCheck, "", place);
        for (var i = 0; i < DeprecatedFields.Length; i++)
            if (review._deprecated[i]) result.Add(LoadWarningCode.DeprecatedItem, i == 0 ? DirectionMessage : LatencyMessage, place, DeprecatedFields[i]);
    }

    private void Visit(CheckNode check)
    {
        Visit(check.Left);
        if (check.Right is not null) Visit(check.Right);
        _unsafe |= IsEquality(check.OperatorToken) && LeftField(check.Left) is { } field && IsUnsafe(field) && NamesNa(check.Right);
    }

    private void Visit(Expression expression)
    {
        switch (expression)
        {
            case FieldExpression field:
                var index = Array.IndexOf(DeprecatedFields, field.Name);
                if (index >= 0) _deprecated[index] = true;
                break;
            case TransformerExpression transformer:
                foreach (var argument in transformer.Arguments) Visit(argument);
                break;
            case ListExpression list:
                foreach (var item in list.Items)
                    if (item is not LiteralExpression) Visit(item);
                break;
        }
    }

    private static bool IsEquality(OperatorToken op) => op.Operator is CheckOperator.Equal or CheckOperator.NotEqual or CheckOperator.In
        or CheckOperator.Intersects or CheckOperator.PathMatch;

    private static bool IsUnsafe(string field) => field.StartsWith("ka.", StringComparison.Ordinal) || field.StartsWith("jevt.", StringComparison.Ordinal);

    private static string? LeftField(Expression left) => left switch
    {
        FieldExpression field => field.Name,
        TransformerExpression { Arguments.Count: > 0 } transformer => LeftField(transformer.Arguments[^1]),
        _ => null,
    };

    private static bool NamesNa(Expression? right) => right switch
    {
        LiteralExpression literal => literal.Text == "<NA>",
        ListExpression list => list.Items.Any(static i => i is LiteralExpression { Text: "<NA>" }),
        _ => false,
    };
}
