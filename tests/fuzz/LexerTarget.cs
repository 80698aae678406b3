using System.Text;
using Peregrine.Filters;

namespace Peregrine.Fuzz;

/// <summary>The lexer of conditions, asked for tokens in an order that the parser never asks in.</summary>
internal sealed class LexerTarget : FuzzTarget
{
    public override string Name => "lexer";

    public override IReadOnlyList<string> Words => ConditionWords.All;

    public override IEnumerable<byte[]> Seeds(FuzzCorpus corpus) => ConditionWords.Seeds(corpus);

    public override string Run(byte[] input)
    {
        // The first byte chooses the order.
        var order = input.Length > 0 ? input[0] : 0;
        var lexer = new ConditionLexer(input.AsSpan(Math.Min(1, input.Length)));
        var answer = new StringBuilder();
        for (var misses = 0; misses < 16;)
        {
            var before = lexer.Position;
            bool taken;
            try
            {
                taken = Take(ref lexer, order++ % 14);
            }
            catch (ConditionSyntaxException e)
            {
                return answer.Append(Kind(e.Message)).ToString();
            }
            var after = lexer.Position;
            Must(taken == after.Offset > before.Offset, "a token must take bytes, and no token none");
            Must(after.Offset <= input.Length, "a token ends behind the input");
            Must(after.Line >= before.Line && after.Column >= 1, "lines must not go back");
            Must(lexer.Token is not null, "a token without text");
            misses = taken ? 0 : misses + 1;
            if (taken && answer.Length < 24) answer.Append((char)('a' + order % 14));
        }
        return answer.Append(lexer.AtEnd).ToString();
    }

    private static bool Take(ref ConditionLexer lexer, int what) => what switch
    {
        0 => lexer.Blank(),
        1 => lexer.Exact("("u8),
        2 => lexer.NotWord(),
        3 => lexer.FieldName(),
        4 => lexer.Identifier(),
        5 => lexer.HexNumber(),
        6 => lexer.Number(),
        7 => lexer.QuotedText(),
        8 => lexer.BareText(),
        9 => lexer.BareArgument(),
        10 => lexer.Operator(OperandKind.None) is not null || lexer.Operator(OperandKind.Number) is not null,
        11 => lexer.Operator(OperandKind.Text) is not null || lexer.Operator(OperandKind.List) is not null,
        12 => lexer.Modifier() != CheckModifier.None,
        _ => lexer.Exact(")"u8) || lexer.Exact(","u8) || lexer.Exact("["u8) || lexer.Exact("]"u8),
    };
}
