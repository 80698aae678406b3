using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

internal sealed partial class RuleReader
{
    private List<ExceptionItem> ReadExceptions(YamlNode item, LoadContext rule, bool appending)
    {
        var exceptions = new List<ExceptionItem>();
        if (item.Find("exceptions") is not { IsNull: false } all) return exceptions;
        var context = rule.Item(all, LoadItemType.Exceptions);
        if (!all.IsSequence) throw ItemValues.Invalid("Rule exceptions must be a sequence", context);
        foreach (var node in all.Items)
        {
            var place = context.Item(node, LoadItemType.Exception);
            if (!node.IsMap) throw ItemValues.Invalid("Rule exception must be a mapping", place);
            var name = ItemValues.Text(node, "name", place);
            exceptions.Add(ReadException(node, name, rule.Item(node, LoadItemType.Exception, name), exceptions, appending));
        }
        return exceptions;
    }

    private ExceptionItem ReadException(YamlNode node, string name, LoadContext context, List<ExceptionItem> before, bool appending)
    {
        foreach (var other in before)
            if (other.Name == name)
                result.Add(LoadWarningCode.ExceptionNameNotUnique, $"Multiple definitions of exception '{name}' in the same rule", context);
        if (node.Find("fields") is null && !appending) throw ItemValues.Missing("fields", context);
        var exception = new ExceptionItem(name, context)
        {
            Fields = ReadValue(node.Find("fields"), "fields", context),
            Comparisons = Trimmed(ReadValue(node.Find("comps"), "comps", context)),
        };
        if (node.Find("values") is { } values)
        {
            var place = context.Item(values, LoadItemType.ExceptionValues);
            if (!values.IsSequence) throw ItemValues.Invalid("Rule exception values must be a sequence", place);
            foreach (var value in values.Items)
                exception.Values.Add(ReadValue(value, "", place.Item(value, LoadItemType.ExceptionValue)));
        }
        else if (appending)
        {
            result.Add(LoadWarningCode.AppendNoValues, "Overriding/appending exception with no values", context);
        }
        return exception;
    }

    private static ExceptionValue ReadValue(YamlNode? node, string key, LoadContext context)
    {
        if (node is null) return ExceptionValue.Nothing;
        var place = context.Item(node, LoadItemType.ValueFor, key);
        if (node.IsScalar)
            return node.Text.Length > 0 ? ExceptionValue.Of(node.Text) : throw ItemValues.Invalid("Value must be non-empty", place);
        if (!node.IsSequence) return ExceptionValue.Nothing;
        var items = new List<ExceptionValue>(node.Items.Count);
        foreach (var item in node.Items) items.Add(ReadValue(item, "", place.Item(item, LoadItemType.Exception)));
        return ExceptionValue.Of(items);
    }

    private static ExceptionValue Trimmed(ExceptionValue value) => value.IsList
        ? ExceptionValue.Of([.. value.Items.Select(Trimmed)])
        : ExceptionValue.Of(value.Text.Trim(' ', '\t', '\n', '\v', '\f', '\r'));
}
