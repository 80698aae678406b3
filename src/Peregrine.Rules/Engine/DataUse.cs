using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Finds the rules that look at what a call has read or written: the <c>data</c> parameter of its event, by a field of its own or among all arguments.</summary>
internal static class DataUse
{
    /// <summary>What the fields' texts begin with. An argument by number may be any.</summary>
    private static readonly string[] Fields = ["evt.buffer", "evt.args", "evt.info", "evt.arg[", "evt.arg.data", "evt.rawarg.data"];

    /// <summary>Whether the condition or the output does. True in doubt.</summary>
    public static bool LooksAtData(Rule rule)
    {
        if (LooksAtData(rule.Format) || rule.ExtraFields.Any(static f => LooksAtData(f.Format))) return true;
        foreach (var leaf in ConditionLeaves.Of(rule.Condition))
            if (leaf is CheckNode check && (LooksAtData(check.Left) || (check.Right is { } right && LooksAtData(right)))) return true;
        return false;
    }

    private static bool LooksAtData(OutputFormat format)
    {
        foreach (var token in format.Tokens)
            if (token.IsField && Names(token.Key)) return true;
        return false;
    }

    private static bool LooksAtData(Expression side) => side switch
    {
        FieldExpression field => Names(string.IsNullOrEmpty(field.Argument) ? field.Name : $"{field.Name}[{field.Argument}]"),
        TransformerExpression transformer => transformer.Arguments.Any(LooksAtData),
        ListExpression list => list.Items.Any(LooksAtData),
        _ => false,
    };

    /// <summary>Whether a field's text, or that of a transformer over it, names one of the fields.</summary>
    private static bool Names(string text)
    {
        foreach (var field in Fields)
            if (text.Contains(field, StringComparison.Ordinal)) return true;
        return false;
    }
}
