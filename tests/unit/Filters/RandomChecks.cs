using Peregrine.Filters;

namespace Peregrine.UnitTests.Filters;

/// <summary>Makes conditions that compile, over <see cref="MadeUpFields"/>.</summary>
internal sealed class RandomChecks(Random random)
{
    private static readonly CheckOperator[] Numeric = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Less, CheckOperator.LessOrEqual, CheckOperator.Greater, CheckOperator.GreaterOrEqual, CheckOperator.In, CheckOperator.Intersects, CheckOperator.Exists];
    private static readonly CheckOperator[] Equality = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.In, CheckOperator.Exists];
    private static readonly CheckOperator[] Membership = [CheckOperator.In, CheckOperator.Intersects, CheckOperator.Exists];
    private static readonly CheckOperator[] Textual = [.. Enum.GetValues<CheckOperator>().Except([CheckOperator.BContains, CheckOperator.BStartsWith])];
    private static readonly CheckOperator[] Buffer = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Contains, CheckOperator.StartsWith, CheckOperator.EndsWith, CheckOperator.In, CheckOperator.Intersects, CheckOperator.BContains, CheckOperator.BStartsWith, CheckOperator.Exists];
    private static readonly CheckOperator[] TwoTexts = [.. Textual.Except([CheckOperator.Regex, CheckOperator.PathMatch, CheckOperator.Exists])];
    private static readonly CheckOperator[] Order = [CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Less, CheckOperator.LessOrEqual, CheckOperator.Greater, CheckOperator.GreaterOrEqual];

    private readonly RandomValues _values = new(random);

    public EventValues Event() => _values.Event();

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
        5 => random.Next(2) == 0 ? Textually(Field("t.any")) : Make(Field("t.net"), Pick(Equality), _values.Network),
        6 => Make(random.Next(2) == 0 ? Field("t.buffer") : Call("b64", Field("t.blob")), Pick(Buffer), _values.Text),
        7 => Make(Field(random.Next(2) == 0 ? "t.int" : "t.double"), Pick(Numeric), () => _values.Number(-3, 4)),
        8 => Make(random.Next(2) == 0 ? Field("t.uint") : Call("len", Field(Pick<string>(["t.text", "t.list", "t.buffer", "t.numbers"]))), Pick(Numeric), () => _values.Number(0, 4)),
        9 => Make(Field("t.port"), Pick(Numeric), () => _values.Number(0, 4)),
        10 => Make(Field("t.flag"), Pick(Equality), () => random.Next(2) == 0 ? "true" : "false"),
        11 => Make(Field("t.ip"), Pick(Equality), _values.Host),
        12 => Listed(),
        _ => RightHand(),
    };

    private CheckNode Listed() => random.Next(4) switch
    {
        0 => Make(Field("t.numbers"), Pick(Membership), () => _values.Number(0, 3)),
        1 => Make(Call(Pick<string>(["tolower", "toupper", "basename"]), Field("t.list")), Pick(Membership), _values.Text),
        2 => Make(Getopt(null), Pick(Membership), () => Pick<string>(["a", "b", "?", "", "A"])),
        _ => Make(Field("t.list"), Pick(Membership), _values.Text),
    };

    private CheckNode Textually(Expression left)
    {
        var op = Pick(Textual);
        return Make(left, op, () => op switch
        {
            CheckOperator.Regex => _values.Pattern(2),
            CheckOperator.PathMatch => random.Next(3) == 0 ? "/" + _values.GlobOf("abA*?/") : _values.Path(),
            CheckOperator.Glob or CheckOperator.IGlob => _values.GlobOf("abA*?/"),
            // The grammar takes only numbers here; on texts their order is that of their digits.
            CheckOperator.Less or CheckOperator.LessOrEqual or CheckOperator.Greater or CheckOperator.GreaterOrEqual => _values.Number(-9, 100),
            _ => left is FieldExpression { Name: "t.path" } ? _values.Path() : _values.Text(),
        });
    }

    private CheckNode Make(Expression left, CheckOperator op, Func<string> constant)
    {
        if (op is CheckOperator.BContains or CheckOperator.BStartsWith)
        {
            var text = constant;
            constant = () => Convert.ToHexString(RandomValues.Bytes(text()));
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

    private CheckNode RightHand() => random.Next(7) switch
    {
        0 => Compare(Field("t.int"), Pick(Order), Field("t.int2")),
        1 => Compare(Field("t.uint"), Pick(Numeric[..^1]), Field("t.uint2")),
        2 => Compare(Field("t.ip"), Pick(Equality[..^1]), Field("t.ip2")),
        3 => Compare(random.Next(2) == 0 ? Field("t.list") : Call("tolower", Field("t.list")), Pick(Membership[..^1]), random.Next(2) == 0 ? Field("t.list2") : Call("tolower", Field("t.list2"))),
        4 => Compare(Field("t.buffer"), Pick([CheckOperator.Equal, CheckOperator.NotEqual, CheckOperator.Contains, CheckOperator.StartsWith, CheckOperator.EndsWith]), Field("t.blob")),
        5 => Compare(Field("t.text"), Pick(TwoTexts), Field("t.other")),
        _ => Compare(Field("t.text"), Pick(TwoTexts), TextTransformer()),
    };

    private static CheckNode Compare(Expression left, CheckOperator op, Expression right) =>
        new(left, OperatorToken.All.First(o => o.Operator == op), CheckModifier.None, right is FieldExpression ? Call("val", right) : right, default);

    private TransformerExpression TextTransformer() => random.Next(7) switch
    {
        0 => Call(random.Next(2) == 0 ? "tolower" : "toupper", Field("t.text")),
        1 => Call("concat", Field("t.text"), new LiteralExpression("/", default), Field("t.other")),
        2 => Call("join", new LiteralExpression(_values.Text(), default), random.Next(2) == 0 ? Field("t.list") : new ListExpression([Field("t.other"), Field("t.uint")], default)),
        3 => Call("basename", Call("concat", Field("t.text"), new LiteralExpression("/", default), Field("t.other"))),
        4 => Call("b64", Field("t.code")),
        5 => Getopt(Pick<string>(["a", "b", "c"])),
        _ => Call("tolower", Call("concat", Field("t.text"), Field("t.text"))),
    };

    private static TransformerExpression Getopt(string? selector) => new("getopt", [Field("t.args"), new LiteralExpression("ab:", default)], selector, default);

    private static TransformerExpression Call(string name, params Expression[] arguments) => new(name, arguments, null, default);

    private static FieldExpression Field(string name) => new(name, null, default);

    private T Pick<T>(IReadOnlyList<T> from) => _values.Pick(from);
}
