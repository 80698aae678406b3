namespace Peregrine.Filters;

/// <summary>The operators of a check. <c>=</c> and <c>==</c> are one.</summary>
public enum CheckOperator : byte
{
    Exists,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
    Glob,
    IGlob,
    Contains,
    IContains,
    BContains,
    StartsWith,
    BStartsWith,
    EndsWith,
    Regex,
    Intersects,
    In,
    PathMatch,
}

/// <summary>How many elements of the constant list must satisfy the operator.</summary>
public enum CheckModifier : byte
{
    None,
    /// <summary>Exactly one.</summary>
    OneOf,
    /// <summary>At least one.</summary>
    AnyOf,
    /// <summary>Every one, of a list that is not empty.</summary>
    AllOf,
}

/// <summary>What may follow an operator.</summary>
public enum OperandKind : byte
{
    None,
    Number,
    Text,
    List,
}

/// <summary>An operator as it is spelled.</summary>
public sealed record OperatorToken(string Text, CheckOperator Operator, OperandKind Operand)
{
    internal byte[] Utf8 { get; } = System.Text.Encoding.UTF8.GetBytes(Text);

    /// <summary>Whether it is a word that must be followed by a blank.</summary>
    internal bool NeedsBlank => Operand == OperandKind.Text && char.IsAsciiLetter(Text[0]);

    /// <summary>All operators, in the order in which the lexer tries them: a spelling that begins another stands behind it.</summary>
    public static IReadOnlyList<OperatorToken> All { get; } =
    [
        new("exists", CheckOperator.Exists, OperandKind.None),
        new("<=", CheckOperator.LessOrEqual, OperandKind.Number),
        new("<", CheckOperator.Less, OperandKind.Number),
        new(">=", CheckOperator.GreaterOrEqual, OperandKind.Number),
        new(">", CheckOperator.Greater, OperandKind.Number),
        new("==", CheckOperator.Equal, OperandKind.Text),
        new("=", CheckOperator.Equal, OperandKind.Text),
        new("!=", CheckOperator.NotEqual, OperandKind.Text),
        new("glob", CheckOperator.Glob, OperandKind.Text),
        new("iglob", CheckOperator.IGlob, OperandKind.Text),
        new("contains", CheckOperator.Contains, OperandKind.Text),
        new("icontains", CheckOperator.IContains, OperandKind.Text),
        new("bcontains", CheckOperator.BContains, OperandKind.Text),
        new("startswith", CheckOperator.StartsWith, OperandKind.Text),
        new("bstartswith", CheckOperator.BStartsWith, OperandKind.Text),
        new("endswith", CheckOperator.EndsWith, OperandKind.Text),
        new("regex", CheckOperator.Regex, OperandKind.Text),
        new("intersects", CheckOperator.Intersects, OperandKind.List),
        new("in", CheckOperator.In, OperandKind.List),
        new("pmatch", CheckOperator.PathMatch, OperandKind.List),
    ];

    internal static string Listed { get; } = string.Join(", ", All.Select(o => $"'{o.Text}'"));

    /// <summary>The token with this spelling; throws for an unknown one.</summary>
    public static OperatorToken Find(string text) => All.First(o => o.Text == text);

    /// <summary>The canonical spelling of an operator in messages: <c>=</c> for both spellings of equality.</summary>
    public static string Spell(CheckOperator op) => op == CheckOperator.Equal ? "=" : All.First(o => o.Operator == op).Text;

    public override string ToString() => Text;
}
