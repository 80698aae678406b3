using Peregrine.Filters;

namespace Peregrine.UnitTests.Filters;

/// <summary>Makes trees that the grammar can express, with texts full of its own signs.</summary>
internal sealed class RandomConditions(Random random)
{
    private const string Signs = "ab.1 ()\"'\\=,[]\t\n\r\f\b\v-é/";

    public ConditionNode Tree(int depth = 4) => random.Next(depth > 0 ? 6 : 2) switch
    {
        0 => new IdentifierNode(Word(), default),
        2 => new NotNode(Tree(depth - 1), default),
        3 or 4 => new AndNode(Several(depth), default),
        5 => new OrNode(Several(depth), default),
        _ => Check(),
    };

    private ConditionNode[] Several(int depth) => [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Tree(depth - 1))];

    private CheckNode Check()
    {
        var op = OperatorToken.All[random.Next(OperatorToken.All.Count)];
        var modifier = op.Operand == OperandKind.Text && random.Next(4) == 0 ? (CheckModifier)random.Next(1, 4) : CheckModifier.None;
        Expression? right = op.Operand switch
        {
            OperandKind.None => null,
            OperandKind.Number when random.Next(3) > 0 => new LiteralExpression(random.Next(-5, 1000).ToString(), default),
            OperandKind.List => List(),
            _ when modifier != CheckModifier.None => List(),
            OperandKind.Text when random.Next(3) > 0 => new LiteralExpression(Text(), default),
            _ => random.Next(2) == 0 ? new TransformerExpression("val", [Field()], null, default) : Transformer(2),
        };
        return new CheckNode(random.Next(3) == 0 ? Transformer(2) : Field(), op, modifier, right, default);
    }

    private Expression List() => random.Next(4) == 0
        ? new LiteralExpression(Word(), default)
        : new ListExpression([.. Enumerable.Range(0, random.Next(4)).Select(_ => new LiteralExpression(Text(), default))], default);

    private FieldExpression Field() => new(Word() + "." + Word(), random.Next(3) == 0 ? Text() : null, default);

    private TransformerExpression Transformer(int depth) => new(
        TransformerNames.All[random.Next(TransformerNames.All.Count)],
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Argument(depth))],
        random.Next(4) == 0 ? Text() : null,
        default);

    private Expression Argument(int depth) => random.Next(depth > 0 ? 4 : 2) switch
    {
        0 => Field(),
        1 => new LiteralExpression(Text(), default),
        2 => Transformer(depth - 1),
        _ => new ListExpression([.. Enumerable.Range(0, random.Next(3)).Select(_ => Argument(0))], default),
    };

    private string Word() => "xyz"[random.Next(3)] + random.Next(100).ToString();

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Signs[random.Next(Signs.Length)]));
}
