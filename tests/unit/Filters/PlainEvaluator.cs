using System.Text;
using System.Text.RegularExpressions;
using Peregrine.Filters;

namespace Peregrine.UnitTests.Filters;

/// <summary>Evaluates conditions by walking the tree with the plainest means at hand: what the compiled form is held against. Shares no code with it.</summary>
internal static class PlainEvaluator
{
    private static readonly HashSet<string> Multiple = ["t.any", "t.net"];

    public static bool Evaluate(ConditionNode node, EventValues record) => node switch
    {
        AndNode and => and.Children.All(c => Evaluate(c, record)),
        OrNode or => or.Children.Any(c => Evaluate(c, record)),
        NotNode not => !Evaluate(not.Child, record),
        CheckNode check => Check(check, record),
        _ => throw new InvalidOperationException(),
    };

    private static bool Check(CheckNode check, EventValues record)
    {
        var field = (check.Left as FieldExpression)?.Name ?? "";
        if (Value(check.Left, record) is not { } left) return false;
        if (check.Operator == CheckOperator.Exists) return left is not byte[][] { Length: 0 } || field != "t.any";
        if (check.Right is TransformerExpression right)
        {
            return Value(right.Name == "val" ? right.Arguments[0] : right, record) is { } other
                && Holds(check.Operator, left, other is byte[] bytes ? Encoding.Latin1.GetString(bytes) : other.ToString()!);
        }
        var constants = Constants(check.Right!);
        if (check.Modifier != CheckModifier.None)
        {
            var count = constants.Count(c => One(field, check.Operator, left, [c]));
            return check.Modifier switch
            {
                CheckModifier.OneOf => count == 1,
                CheckModifier.AnyOf => count > 0,
                _ => count > 0 && count == constants.Length,
            };
        }
        return One(field, check.Operator, left, constants);
    }

    private static bool One(string field, CheckOperator op, object left, string[] constants)
    {
        if (Multiple.Contains(field) && left is byte[][] candidates) return candidates.Any(c => Single(op, c, constants));
        return left switch
        {
            byte[][] list => op == CheckOperator.In ? list.All(e => Single(CheckOperator.In, e, constants)) : list.Any(e => Single(CheckOperator.In, e, constants)),
            long[] list => op == CheckOperator.In ? list.All(e => Single(CheckOperator.In, e, constants)) : list.Any(e => Single(CheckOperator.In, e, constants)),
            _ => field == "t.net" ? InNetworks((byte[])left, constants) != (op == CheckOperator.NotEqual) : Single(op, left, constants),
        };
    }

    private static bool Single(CheckOperator op, object left, string[] constants) => op switch
    {
        CheckOperator.In or CheckOperator.Intersects => constants.Any(c => Holds(CheckOperator.Equal, left, c)),
        CheckOperator.PathMatch => constants.Any(c => IsBeginning(Components(c), Components(Text(left)))),
        _ => Holds(op, left, constants[0]),
    };

    private static bool Holds(CheckOperator op, object left, string constant)
    {
        switch (left)
        {
            case long or bool or double:
                var number = left switch { bool flag => flag ? 1 : 0, long l => (decimal)l, _ => (decimal)(double)left };
                var other = constant switch { "true" or "True" => 1, "false" or "False" => 0, _ => decimal.Parse(constant) };
                return Order(op, number.CompareTo(other));
            case byte[] { Length: 4 } address when constant.Split('.').Length == 4 && constant.All(c => char.IsAsciiDigit(c) || c == '.'):
                return Order(op, address.SequenceEqual(constant.Split('.').Select(byte.Parse)) ? 0 : 1);
        }
        var text = Text(left);
        return op switch
        {
            CheckOperator.Contains => text.Contains(constant, StringComparison.Ordinal),
            CheckOperator.IContains => text.ToLowerInvariant().Contains(constant.ToLowerInvariant(), StringComparison.Ordinal),
            CheckOperator.StartsWith => text.StartsWith(constant, StringComparison.Ordinal),
            CheckOperator.EndsWith => text.EndsWith(constant, StringComparison.Ordinal),
            CheckOperator.BContains => text.Contains(Unhex(constant), StringComparison.Ordinal),
            CheckOperator.BStartsWith => text.StartsWith(Unhex(constant), StringComparison.Ordinal),
            CheckOperator.Glob => Glob(constant, text),
            CheckOperator.IGlob => Glob(constant.ToLowerInvariant(), text.ToLowerInvariant()),
            CheckOperator.Regex => Regex.IsMatch(text, $@"\A(?:{constant})\z"),
            _ => Order(op, string.CompareOrdinal(text, constant)),
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

    private static object? Value(Expression expression, EventValues record)
    {
        switch (expression)
        {
            case FieldExpression field:
                return record.GetValueOrDefault(field.Name);
            case LiteralExpression literal:
                return Bytes(literal.Text);
            case ListExpression list:
                var items = list.Items.Select(i => Value(i, record)).ToArray();
                return items.Contains(null) ? null : items.Select(i => Bytes(Shown(i!))).ToArray();
        }
        var transformer = (TransformerExpression)expression;
        var arguments = transformer.Arguments.Select(a => Value(a, record)).ToArray();
        if (arguments.Contains(null)) return null;
        return transformer.Name switch
        {
            "tolower" => Bytes(Text(arguments[0]!).ToLowerInvariant()),
            "toupper" => Bytes(Text(arguments[0]!).ToUpperInvariant()),
            "basename" => Bytes(Text(arguments[0]!)[(Text(arguments[0]!).LastIndexOf('/') + 1)..]),
            "len" => arguments[0] switch { byte[][] list => list.Length, long[] list => list.Length, byte[] text => text.Length, _ => 0L },
            "concat" => Bytes(string.Concat(arguments.Select(a => Shown(a!)))),
            "join" => Bytes(string.Join(Shown(arguments[0]!), arguments[1] is long[] numbers ? numbers.Select(n => n.ToString()) : ((byte[][])arguments[1]!).Select(Text))),
            _ => throw new InvalidOperationException(),
        };
    }

    private static string Shown(object value) => value is byte[] bytes ? Text(bytes) : value.ToString()!;

    private static string[] Constants(Expression right) => right is ListExpression list
        ? [.. list.Items.Select(i => Text(Bytes(((LiteralExpression)i).Text)))]
        : [Text(Bytes(((LiteralExpression)right).Text))];

    private static string[] Components(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsBeginning(string[] start, string[] path) => start.Length <= path.Length && start.Zip(path).All(p => p.First == p.Second);

    private static bool Glob(string pattern, string text)
    {
        if (pattern.Length == 0) return text.Length == 0;
        if (pattern[0] == '*') return Enumerable.Range(0, text.Length + 1).Any(i => Glob(pattern[1..], text[i..]));
        return text.Length > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && Glob(pattern[1..], text[1..]);
    }

    private static bool InNetworks(byte[] address, string[] networks) => networks.Any(n =>
    {
        var (text, bits) = (n.Split('/')[0], int.Parse(n.Split('/')[1]));
        return Bits(address)[..bits] == Bits([.. text.Split('.').Select(byte.Parse)])[..bits];
    });

    private static string Bits(byte[] address) => string.Concat(address.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));

    private static string Unhex(string hex) => Encoding.Latin1.GetString(Convert.FromHexString(hex));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(object value) => Encoding.Latin1.GetString((byte[])value);
}
