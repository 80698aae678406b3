using Peregrine.Filters;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Routing;

/// <summary>Turns a condition's tree into calls.</summary>
internal static class AlertConditionCompiler
{
    /// <exception cref="ConditionSyntaxException">The condition uses what alerts do not have (macros, transformers that need an event).</exception>
    public static Func<Alert, bool> Compile(ConditionNode node)
    {
        switch (node)
        {
            case AndNode and:
                var all = and.Children.Select(Compile).ToArray();
                return alert => Array.TrueForAll(all, holds => holds(alert));
            case OrNode or:
                var any = or.Children.Select(Compile).ToArray();
                return alert => Array.Exists(any, holds => holds(alert));
            case NotNode not:
                var inner = Compile(not.Child);
                return alert => !inner(alert);
            case CheckNode check:
                return Check(check);
            case IdentifierNode identifier:
                throw new ConditionSyntaxException($"'{identifier.Name}' is a macro's name; routes have no macros", identifier.Position);
            default:
                throw new ConditionSyntaxException("this cannot be asked of an alert", node.Position);
        }
    }

    private static Func<Alert, bool> Check(CheckNode check)
    {
        var left = AlertOperand.Compile(check.Left);
        if (check.Operator == CheckOperator.Exists) return alert => left(alert).Count > 0;
        var test = Test(check);
        return alert =>
        {
            var values = left(alert);
            return values.Count > 0 && test(alert, values);
        };
    }

    private static Func<Alert, IReadOnlyList<string>, bool> Test(CheckNode check)
    {
        var right = check.Right switch
        {
            ListExpression list => Join([.. list.Items.Select(AlertOperand.Compile)]),
            null => static _ => [],
            var one => AlertOperand.Compile(one),
        };
        var compare = AlertComparison.Of(check, check.Right is LiteralExpression literal ? literal.Text : null);
        switch (check.Operator)
        {
            // A list on the left (tags) is in a set when all of it is; it intersects when one is.
            case CheckOperator.In when check.Modifier == CheckModifier.None:
                return (alert, values) => right(alert) is var set && values.All(set.Contains);
            case CheckOperator.Intersects:
                return (alert, values) => right(alert) is var others && values.Any(others.Contains);
            case CheckOperator.PathMatch:
                return (alert, values) => right(alert) is var paths && values.Any(v => paths.Any(p => AlertComparison.IsBelow(v, p)));
            case CheckOperator.NotEqual when check.Modifier == CheckModifier.None:
                return (alert, values) => right(alert) is var others && !values.Any(v => others.Any(o => AlertComparison.AreEqual(v, o)));
            default:
                return Counted(check.Modifier, right, compare);
        }
    }

    private static Func<Alert, IReadOnlyList<string>, bool> Counted(CheckModifier modifier, Func<Alert, IReadOnlyList<string>> right, Func<string, string, bool> compare) => modifier switch
    {
        CheckModifier.AllOf => (alert, values) => right(alert) is { Count: > 0 } others && others.All(o => values.Any(v => compare(v, o))),
        CheckModifier.OneOf => (alert, values) => right(alert).Count(o => values.Any(v => compare(v, o))) == 1,
        _ => (alert, values) => right(alert) is var others && values.Any(v => others.Any(o => compare(v, o))),
    };

    private static Func<Alert, IReadOnlyList<string>> Join(Func<Alert, IReadOnlyList<string>>[] parts) => alert => [.. parts.SelectMany(p => p(alert))];
}
