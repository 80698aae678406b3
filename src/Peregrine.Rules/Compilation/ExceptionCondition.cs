using System.Text;

namespace Peregrine.Rules;

/// <summary>Writes a rule's exceptions into its condition, as text: what stands in the values is parsed as part of it.</summary>
internal static class ExceptionCondition
{
    /// <summary>The whole condition; <paramref name="fields"/> receives the fields that exceptions with values look at.</summary>
    public static string Build(string condition, IReadOnlyList<ExceptionItem> exceptions, ISet<string> fields)
    {
        var text = new StringBuilder().Append('(').Append(condition).Append(')');
        foreach (var exception in exceptions)
        {
            if (exception.Values.Count == 0) continue;
            text.Append(" and not ");
            if (exception.Fields.IsList) Tuples(text, exception, fields);
            else Values(text, exception, fields);
        }
        return text.ToString();
    }

    private static void Values(StringBuilder text, ExceptionItem exception, ISet<string> fields)
    {
        fields.Add(exception.Fields.Text);
        text.Append('(').Append(exception.Fields.Text).Append(' ').Append(exception.Comparisons.Text).Append(" (");
        for (var i = 0; i < exception.Values.Count; i++)
        {
            if (exception.Values[i].IsList) throw Invalid("Expected values array to contain a list of strings", exception);
            if (i > 0) text.Append(", ");
            QuotedItems.AppendQuoted(text, exception.Values[i].Text);
        }
        text.Append("))");
    }

    private static void Tuples(StringBuilder text, ExceptionItem exception, ISet<string> fields)
    {
        var names = exception.Fields.Items;
        text.Append('(');
        for (var i = 0; i < exception.Values.Count; i++)
        {
            var values = exception.Values[i].Items;
            if (values.Count != names.Count) throw Invalid("Fields and values lists must have equal length", exception);
            text.Append(i > 0 ? " or (" : "(");
            for (var k = 0; k < names.Count; k++)
            {
                fields.Add(names[k].Text);
                var comparison = exception.Comparisons.Items[k].Text;
                text.Append(k > 0 ? " and " : "").Append(' ').Append(names[k].Text).Append(' ').Append(comparison).Append(' ');
                Operand(text, values[k], comparison);
            }
            text.Append(')');
        }
        text.Append(')');
    }

    private static void Operand(StringBuilder text, ExceptionValue value, string comparison)
    {
        if (value.IsList)
        {
            text.Append('(');
            for (var i = 0; i < value.Items.Count; i++)
            {
                if (i > 0) text.Append(", ");
                QuotedItems.AppendQuoted(text, value.Items[i].Text);
            }
            text.Append(')');
        }
        else if (!Comparison.TakesList(comparison))
        {
            QuotedItems.AppendQuoted(text, value.Text);
        }
        else if (value.Text.StartsWith('('))
        {
            text.Append(value.Text);
        }
        else
        {
            text.Append('(').Append(value.Text).Append(')');
        }
    }

    private static LoadException Invalid(string message, ExceptionItem exception) => new(LoadErrorCode.Validate, message, exception.Context);
}
