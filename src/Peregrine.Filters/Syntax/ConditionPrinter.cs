using System.Text;

namespace Peregrine.Filters;

/// <summary>Writes parsed conditions as text.</summary>
public static class ConditionPrinter
{
    /// <summary>The reference's canonical text (<c>condition_compiled</c>). It leaves quotes out where the parser would need them; <see cref="PrintSource"/> does not.</summary>
    public static string Print(ConditionNode node) => Print(node, readable: false);

    /// <summary>A text that the parser reads back as the same tree.</summary>
    public static string PrintSource(ConditionNode node) => Print(node, readable: true);

    /// <summary>The canonical text of one side of a check, which is also a field's key in alerts: <c>proc.aname[2]</c>.</summary>
    public static string Print(Expression expression)
    {
        var text = new StringBuilder();
        new Writer(text, Readable: false).Side(expression, inTransformer: false);
        return text.ToString();
    }

    private static string Print(ConditionNode node, bool readable)
    {
        var text = new StringBuilder();
        new Writer(text, readable).Node(node);
        return text.ToString();
    }

    private readonly record struct Writer(StringBuilder Text, bool Readable)
    {
        public void Node(ConditionNode node)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            switch (node)
            {
                case AndNode and:
                    Joined(and.Children, " and ");
                    break;
                case OrNode or:
                    Joined(or.Children, " or ");
                    break;
                case NotNode not:
                    // Two nots in a row would cancel out when read again.
                    var nested = Readable && not.Child is NotNode;
                    Text.Append(nested ? "not (" : "not ");
                    Node(not.Child);
                    if (nested) Text.Append(')');
                    break;
                case IdentifierNode identifier:
                    Text.Append(identifier.Name);
                    break;
                case CheckNode check:
                    Check(check);
                    break;
            }
        }

        private void Joined(IReadOnlyList<ConditionNode> children, string separator)
        {
            Text.Append('(');
            for (var i = 0; i < children.Count; i++)
            {
                if (i > 0) Text.Append(separator);
                Node(children[i]);
            }
            Text.Append(')');
        }

        private void Check(CheckNode check)
        {
            Side(check.Left, inTransformer: false);
            Text.Append(' ').Append(check.OperatorToken.Text);
            if (check.Modifier != CheckModifier.None) Text.Append(' ').Append(ModifierNames.Spell(check.Modifier));
            if (check.Right is null) return;
            Text.Append(' ');
            if (Readable && check.Right is LiteralExpression { } literal) Operand(check, literal.Text);
            else Side(check.Right, inTransformer: false);
        }

        /// <summary>A constant behind an operator. Numbers and list names have one spelling; a word that reads as a modifier is quoted.</summary>
        private void Operand(CheckNode check, string text)
        {
            var bare = check.OperatorToken.Operand != OperandKind.Text || check.Modifier != CheckModifier.None
                || (ConditionText.IsBare(text) && ModifierNames.Find(text) == CheckModifier.None);
            if (bare) Text.Append(text);
            else ConditionText.AppendQuoted(Text, text);
        }

        public void Side(Expression expression, bool inTransformer)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            switch (expression)
            {
                case FieldExpression field:
                    Text.Append(field.Name);
                    Argument(field.Argument);
                    break;
                case TransformerExpression transformer:
                    Text.Append(transformer.Name).Append('(');
                    Items(transformer.Arguments, ",", inTransformer: true);
                    Text.Append(')');
                    Argument(transformer.Selector);
                    break;
                case ListExpression list:
                    Text.Append('(');
                    Items(list.Items, inTransformer ? "," : ", ", inTransformer);
                    Text.Append(')');
                    break;
                case LiteralExpression literal when Readable && (inTransformer || !ConditionText.IsBare(literal.Text)):
                    ConditionText.AppendQuoted(Text, literal.Text);
                    break;
                case LiteralExpression literal when Readable:
                    Text.Append(literal.Text);
                    break;
                case LiteralExpression literal:
                    ConditionText.AppendShown(Text, literal.Text);
                    break;
            }
        }

        private void Items(IReadOnlyList<Expression> items, string separator, bool inTransformer)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (i > 0) Text.Append(separator);
                Side(items[i], inTransformer);
            }
        }

        private void Argument(string? argument)
        {
            if (argument is null) return;
            Text.Append('[');
            if (argument.Length == 0) Text.Append("\"\"");
            else if (!Readable) ConditionText.AppendShown(Text, argument);
            else if (ConditionText.IsBareArgument(argument)) Text.Append(argument);
            else ConditionText.AppendQuoted(Text, argument);
            Text.Append(']');
        }
    }
}
