using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>The comparisons that exceptions may name: an operator, or an operator on texts with a modifier (<c>glob anyof</c>).</summary>
internal static class Comparison
{
    private static readonly char[] Blanks = [' ', '\t', '\n', '\v', '\f', '\r'];

    public static bool IsOperator(string text) => Find(text) is not null;

    public static bool HasModifier(string text)
    {
        var words = text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 2 && words[1] is "oneof" or "anyof" or "allof" && Find(words[0]) is { Operand: OperandKind.Text };
    }

    /// <summary>Whether its right side is a list.</summary>
    public static bool TakesList(string text) => Find(text) is { Operand: OperandKind.List } || HasModifier(text);

    private static OperatorToken? Find(string text)
    {
        foreach (var op in OperatorToken.All)
            if (op.Text == text) return op;
        return null;
    }
}
