namespace Peregrine.Filters;

/// <summary>A node of a parsed condition. Nodes are immutable and may be shared between trees.</summary>
public abstract class ConditionNode(SourcePosition position)
{
    /// <summary>Where the node's text begins.</summary>
    public SourcePosition Position { get; } = position;

    public int Offset => Position.Offset;

    public int Line => Position.Line;

    public int Column => Position.Column;

    public override string ToString() => ConditionPrinter.Print(this);
}

/// <summary>Conditions joined by <c>and</c>: at least two.</summary>
public sealed class AndNode(IReadOnlyList<ConditionNode> children, SourcePosition position) : ConditionNode(position)
{
    public IReadOnlyList<ConditionNode> Children { get; } = children;
}

/// <summary>Conditions joined by <c>or</c>: at least two.</summary>
public sealed class OrNode(IReadOnlyList<ConditionNode> children, SourcePosition position) : ConditionNode(position)
{
    public IReadOnlyList<ConditionNode> Children { get; } = children;
}

public sealed class NotNode(ConditionNode child, SourcePosition position) : ConditionNode(position)
{
    public ConditionNode Child { get; } = child;
}

/// <summary>A bare name, which stands for a macro.</summary>
public sealed class IdentifierNode(string name, SourcePosition position) : ConditionNode(position)
{
    public string Name { get; } = name;
}

/// <summary>A field compared with constants or another field: <c>proc.name in (a, b)</c>, <c>fd.name exists</c>.</summary>
public sealed class CheckNode(Expression left, OperatorToken op, CheckModifier modifier, Expression? right, SourcePosition position) : ConditionNode(position)
{
    /// <summary>A <see cref="FieldExpression"/> or <see cref="TransformerExpression"/>.</summary>
    public Expression Left { get; } = left;

    public OperatorToken OperatorToken { get; } = op;

    public CheckOperator Operator => OperatorToken.Operator;

    public CheckModifier Modifier { get; } = modifier;

    /// <summary>
    /// Null for <c>exists</c>; a <see cref="LiteralExpression"/>; a <see cref="ListExpression"/> of literals; or, for right-hand fields, a <see cref="TransformerExpression"/> (<c>val</c> included).
    /// </summary>
    public Expression? Right { get; } = right;
}
