using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>What a condition is made of: its fields, operators, and the names of macros, lists and events in it. In alphabetical order.</summary>
internal sealed class ConditionDetails
{
    private readonly RuleCollector _known;

    private ConditionDetails(RuleCollector known) => _known = known;

    public SortedSet<string> Fields { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Operators { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Macros { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Lists { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that <c>evt.type</c> and <c>evt.asynctype</c> are compared with.</summary>
    public SortedSet<string> EventNames { get; } = new(StringComparer.Ordinal);

    public static ConditionDetails Of(ConditionNode condition, RuleCollector known)
    {
        var details = new ConditionDetails(known);
        foreach (var leaf in ConditionLeaves.Of(condition)) details.Visit(leaf);
        return details;
    }

    /// <summary>The condition as it stands in the file; empty when lists or appends make it a condition only later.</summary>
    public static ConditionDetails OfText(string condition, RuleCollector known)
    {
        try
        {
            return Of(ConditionParser.Parse(condition), known);
        }
        catch (ConditionSyntaxException)
        {
            return new ConditionDetails(known);
        }
    }

    private void Visit(ConditionNode leaf)
    {
        if (leaf is CheckNode check) Visit(check);
        else if (leaf is IdentifierNode identifier && _known.Macros.Contains(identifier.Name)) Macros.Add(identifier.Name);
    }

    private void Visit(CheckNode check)
    {
        var field = AddFields(check.Left);
        Operators.Add(check.Modifier == CheckModifier.None ? check.OperatorToken.Text : $"{check.OperatorToken.Text} {Word(check.Modifier)}");
        var isEvent = field is "evt.type" or "evt.asynctype";
        switch (check.Right)
        {
            case LiteralExpression literal when isEvent:
                EventNames.Add(literal.Text);
                break;
            case ListExpression list:
                foreach (var item in list.Items)
                {
                    if (item is not LiteralExpression value) continue;
                    if (_known.Lists.Contains(value.Text)) Lists.Add(value.Text);
                    else if (isEvent) EventNames.Add(value.Text);
                }
                break;
            case TransformerExpression transformer:
                AddFields(transformer);
                break;
        }
    }

    /// <summary>Adds the fields of one side and gives the name of the last.</summary>
    private string? AddFields(Expression side)
    {
        switch (side)
        {
            case FieldExpression field:
                var name = string.IsNullOrEmpty(field.Argument) ? field.Name : $"{field.Name}[{field.Argument}]";
                Fields.Add(name);
                return name;
            case TransformerExpression transformer:
                return AddAll(transformer.Arguments);
            case ListExpression list:
                return AddAll(list.Items);
            default:
                return null;
        }
    }

    private string? AddAll(IReadOnlyList<Expression> sides)
    {
        string? last = null;
        foreach (var side in sides) last = AddFields(side) ?? last;
        return last;
    }

    private static string Word(CheckModifier modifier) => modifier switch
    {
        CheckModifier.OneOf => "oneof",
        CheckModifier.AnyOf => "anyof",
        _ => "allof",
    };
}
