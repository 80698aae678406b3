using Peregrine.Filters;

namespace Peregrine.UnitTests.Filters;

/// <summary>
/// Evaluates conditions by walking the tree with the plainest means at hand: what the compiled form is held against. Shares nothing with it but the tree.
/// </summary>
internal static class PlainEvaluator
{
    public static bool Evaluate(ConditionNode node, EventValues record, bool strict = false) => node switch
    {
        AndNode and => and.Children.All(c => Evaluate(c, record, strict)),
        OrNode or => or.Children.Any(c => Evaluate(c, record, strict)),
        NotNode not => !Evaluate(not.Child, record, strict),
        CheckNode check => Check(check, record, strict),
        _ => throw new InvalidOperationException(),
    };

    private static bool Check(CheckNode check, EventValues record, bool strict)
    {
        if (PlainValues.Of(check.Left, record, strict) is not { } left) return false;
        var isAny = check.Left is FieldExpression { Name: "t.any" };
        if (check.Operator == CheckOperator.Exists) return !isAny || ((string[])left).Length > 0;
        if (check.Right is TransformerExpression right)
        {
            var other = PlainValues.Of(right.Name == "val" ? right.Arguments[0] : right, record, strict);
            return other switch
            {
                null => false,
                Array members => Membership(check.Operator, left, member => HasEnd(check.Left) == HasEnd(right) && members.Cast<object>().Any(m => m.Equals(member))),
                _ when check.Operator is CheckOperator.In or CheckOperator.Intersects => !HasEnd(right) && Holds(CheckOperator.Equal, left, other),
                _ => Holds(check.Operator, left, other),
            };
        }
        string[] constants = check.Right is ListExpression list ? [.. list.Items.Select(Text)] : [Text(check.Right!)];
        if (check.Modifier != CheckModifier.None)
        {
            var count = constants.Count(c => One([c]));
            return check.Modifier switch
            {
                CheckModifier.OneOf => count == 1,
                CheckModifier.AnyOf => count > 0,
                _ => count > 0 && count == constants.Length,
            };
        }
        return One(constants);

        bool One(string[] against)
        {
            if (isAny) return ((string[])left).Any(c => Single(check.Operator, c, against));
            if (left is not Array elements) return Single(check.Operator, left, against);
            return Membership(check.Operator, elements, e => !HasEnd(check.Left) && Single(CheckOperator.In, e, against));
        }

        // The reference leaves a byte behind what these give, which counts where values are looked up.
        bool HasEnd(Expression side) => !strict && side is TransformerExpression { Name: "tolower" or "toupper" or "basename" or "b64" };
    }

    private static bool Membership(CheckOperator op, object left, Func<object, bool> isMember) => left is not Array list ? isMember(left)
        : op == CheckOperator.In ? list.Cast<object>().All(isMember) : list.Cast<object>().Any(isMember);

    private static string Text(Expression constant) => PlainValues.Latin(((LiteralExpression)constant).Text);

    private static bool Single(CheckOperator op, object left, string[] constants) => op switch
    {
        CheckOperator.In or CheckOperator.Intersects => constants.Any(c => Holds(CheckOperator.Equal, left, PlainValues.Like(left, c))),
        CheckOperator.PathMatch => PlainPatterns.PathMatch([.. constants.Select(PlainPatterns.Components)], PlainPatterns.Components((string)left)),
        CheckOperator.BContains => ((string)left).Contains(PlainValues.Unhex(constants[0]), StringComparison.Ordinal),
        CheckOperator.BStartsWith => ((string)left).StartsWith(PlainValues.Unhex(constants[0]), StringComparison.Ordinal),
        _ => Holds(op, left, PlainValues.Like(left, constants[0])),
    };

    private static bool Holds(CheckOperator op, object left, object right)
    {
        if (left is not string text)
        {
            var equal = left is PlainAddress address && right is PlainNetwork network ? network.Contains(address) : left.Equals(right);
            return left is decimal number ? Order(op, number.CompareTo((decimal)right)) : equal == (op != CheckOperator.NotEqual);
        }
        var other = (string)right;
        return op switch
        {
            CheckOperator.Contains => text.Contains(other, StringComparison.Ordinal),
            CheckOperator.IContains => text.Contains(other, StringComparison.OrdinalIgnoreCase),
            CheckOperator.StartsWith => text.StartsWith(other, StringComparison.Ordinal),
            CheckOperator.EndsWith => text.EndsWith(other, StringComparison.Ordinal),
            CheckOperator.Glob => PlainPatterns.Glob(other, text),
            CheckOperator.IGlob => PlainPatterns.Glob(other.ToLowerInvariant(), text.ToLowerInvariant()),
            CheckOperator.Regex => PlainPatterns.Regex(other, text),
            _ => Order(op, string.CompareOrdinal(text, other)),
        };
    }

    private static bool Order(CheckOperator op, int comparison) => op switch
    {
        CheckOperator.Less => comparison < 0,
        CheckOperator.LessOrEqual => comparison <= 0,
        CheckOperator.Greater => comparison > 0,
        CheckOperator.GreaterOrEqual => comparison >= 0,
        CheckOperator.NotEqual => comparison != 0,
        _ => comparison == 0,
    };
}
