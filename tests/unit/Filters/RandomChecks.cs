using System.Globalization;
using System.Text;
using Peregrine.Filters;

namespace Peregrine.UnitTests.Filters;

/// <summary>Makes conditions that compile, over <see cref="MadeUpFields"/>, and events for them. Few letters, so that much matches.</summary>
internal sealed class RandomChecks(Random random)
{
    private static readonly CheckOperator[] Numeric = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Less, CheckOperator.LessOrEqual, CheckOperator.Greater, CheckOperator.GreaterOrEqual, CheckOperator.In, CheckOperator.Intersects, CheckOperator.Exists];
    private static readonly CheckOperator[] Equality = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.In, CheckOperator.Exists];
    private static readonly CheckOperator[] Membership = [CheckOperator.In, CheckOperator.Intersects, CheckOperator.Exists];
    private static readonly CheckOperator[] Textual = [.. Enum.GetValues<CheckOperator>().Except([CheckOperator.BContains, CheckOperator.BStartsWith])];
    private static readonly CheckOperator[] Buffer = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Contains, CheckOperator.StartsWith, CheckOperator.EndsWith, CheckOperator.In, CheckOperator.Intersects, CheckOperator.BContains, CheckOperator.BStartsWith, CheckOperator.Exists];

    public EventValues Event()
    {
        var record = new EventValues();
        Maybe(record, "t.text", () => Bytes(Text()));
        Maybe(record, "t.other", () => Bytes(Text()));
        Maybe(record, "t.path", () => Bytes(Path()));
        Maybe(record, "t.buffer", () => Bytes(Text()));
        Maybe(record, "t.int", () => (long)random.Next(-3, 4));
        Maybe(record, "t.uint", () => (long)random.Next(4));
        Maybe(record, "t.port", () => (long)random.Next(4));
        Maybe(record, "t.flag", () => random.Next(2) == 0);
        Maybe(record, "t.double", () => random.Next(-4, 5) / 2.0);
        Maybe(record, "t.ip", () => Address());
        Maybe(record, "t.net", () => Address());
        Maybe(record, "t.list", Texts);
        Maybe(record, "t.any", Texts);
        Maybe(record, "t.numbers", () => Enumerable.Range(0, random.Next(3)).Select(_ => (long)random.Next(3)).ToArray());
        return record;
    }

    public ConditionNode Tree(int depth = 3) => random.Next(depth > 0 ? 5 : 2) switch
    {
        2 => new NotNode(Tree(depth - 1), default),
        3 => new AndNode([Tree(depth - 1), Tree(depth - 1), Tree(depth - 1)], default),
        4 => new OrNode([Tree(depth - 1), Tree(depth - 1)], default),
        _ => Check(),
    };

    private CheckNode Check() => random.Next(14) switch
    {
        0 or 1 or 2 => Textually(Field("t.text")),
        3 => Textually(Field("t.path")),
        4 => Textually(TextTransformer()),
        5 => random.Next(2) == 0 ? Textually(Field("t.any")) : Make(Field("t.net"), Pick(Equality), Network),
        6 => Make(Field("t.buffer"), Pick(Buffer), Text),
        7 => Make(Field(random.Next(2) == 0 ? "t.int" : "t.double"), Pick(Numeric), () => random.Next(-3, 4).ToString(CultureInfo.InvariantCulture)),
        8 => Make(random.Next(2) == 0 ? Field("t.uint") : Call("len", Field(random.Next(2) == 0 ? "t.text" : "t.list")), Pick(Numeric), () => random.Next(4).ToString(CultureInfo.InvariantCulture)),
        9 => Make(Field("t.port"), Pick(Numeric), () => random.Next(4).ToString(CultureInfo.InvariantCulture)),
        10 => Make(Field("t.flag"), Pick(Equality), () => random.Next(2) == 0 ? "true" : "false"),
        11 => Make(Field("t.ip"), Pick(Equality), () => string.Join('.', Address())),
        12 => random.Next(2) == 0 ? Make(Field("t.list"), Pick(Membership), Text) : Make(Field("t.numbers"), Pick(Membership), () => random.Next(3).ToString(CultureInfo.InvariantCulture)),
        _ => RightHand(),
    };

    private CheckNode Textually(Expression left)
    {
        var op = Pick(Textual);
        return Make(left, op, () => op switch
        {
            CheckOperator.Regex => Pattern(2),
            CheckOperator.PathMatch => Path(),
            CheckOperator.Glob or CheckOperator.IGlob => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => "abA*?/"[random.Next(6)])),
            _ => left is FieldExpression { Name: "t.path" } ? Path() : Text(),
        });
    }

    private CheckNode Make(Expression left, CheckOperator op, Func<string> constant)
    {
        if (op is CheckOperator.BContains or CheckOperator.BStartsWith)
        {
            var text = constant;
            constant = () => Convert.ToHexString(Bytes(text()));
        }
        var token = OperatorToken.All.First(o => o.Operator == op);
        if (token.Operand == OperandKind.None) return new CheckNode(left, token, CheckModifier.None, null, default);
        var modifier = token.Operand == OperandKind.Text && random.Next(4) == 0 ? (CheckModifier)random.Next(1, 4) : CheckModifier.None;
        var list = modifier != CheckModifier.None || token.Operand == OperandKind.List;
        Expression right = list
            ? new ListExpression([.. Enumerable.Range(0, random.Next(7)).Select(_ => new LiteralExpression(constant(), default))], default)
            : new LiteralExpression(constant(), default);
        return new CheckNode(left, token, modifier, right, default);
    }

    private CheckNode RightHand()
    {
        CheckOperator[] ops = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Less, CheckOperator.GreaterOrEqual, CheckOperator.Contains, CheckOperator.StartsWith, CheckOperator.EndsWith, CheckOperator.IContains];
        var right = random.Next(2) == 0 ? Call("val", Field("t.other")) : TextTransformer();
        var op = Pick(ops);
        return new CheckNode(Field("t.text"), OperatorToken.All.First(o => o.Operator == op), CheckModifier.None, right, default);
    }

    private TransformerExpression TextTransformer() => random.Next(4) switch
    {
        0 => Call(random.Next(2) == 0 ? "tolower" : "toupper", Field("t.text")),
        1 => Call("concat", Field("t.text"), new LiteralExpression("/", default), Field("t.other")),
        2 => Call("join", new LiteralExpression(Text(), default), random.Next(2) == 0 ? Field("t.list") : new ListExpression([Field("t.other"), Field("t.uint")], default)),
        _ => Call("tolower", Call("concat", Field("t.text"), Field("t.text"))),
    };

    private static TransformerExpression Call(string name, params Expression[] arguments) => new(name, arguments, null, default);

    private static FieldExpression Field(string name) => new(name, null, default);

    private string Pattern(int depth) => random.Next(depth > 0 ? 8 : 3) switch
    {
        0 => "a",
        1 => "b",
        2 => ".",
        3 => $"({Pattern(depth - 1)}|{Pattern(depth - 1)})",
        4 => $"({Pattern(depth - 1)})*",
        5 => $"({Pattern(depth - 1)}){{1,2}}",
        6 => "[^a]?",
        _ => Pattern(depth - 1) + Pattern(depth - 1),
    };

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => "abA"[random.Next(3)]));

    private string Path() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => (random.Next(4) == 0 ? "//" : "/") + Text()));

    private string Network() => $"{string.Join('.', Address())}/{random.Next(33)}";

    private byte[] Address() => [10, 0, 0, (byte)random.Next(3)];

    private byte[][] Texts() => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Bytes(Text()))];

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private void Maybe(EventValues record, string name, Func<object> value)
    {
        if (random.Next(6) > 0) record[name] = value();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
