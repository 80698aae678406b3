using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>Reads the values of an item's keys, with the errors that each kind of value has.</summary>
internal static class ItemValues
{
    public static string Text(YamlNode item, string key, LoadContext context) => Scalar(item, key, context, out _);

    public static bool Flag(YamlNode item, string key, LoadContext context)
    {
        var text = Scalar(item, key, context, out var place);
        return YamlScalar.TryBool(text, out var value) ? value : throw Undecodable(place);
    }

    public static bool Flag(YamlNode item, string key, LoadContext context, bool absent) => item.Find(key) is null ? absent : Flag(item, key, context);

    public static uint Number(YamlNode item, string key, LoadContext context)
    {
        var text = Scalar(item, key, context, out var place);
        return YamlScalar.TryUint(text, out var value) ? value : throw Undecodable(place);
    }

    /// <summary>A text that may be missing, null or empty: null then.</summary>
    public static string? OptionalText(YamlNode item, string key, LoadContext context)
    {
        if (item.Find(key) is not { } value || value.IsNull) return null;
        if (!value.IsScalar) throw Invalid("Value is not a scalar value", context.Item(value, LoadItemType.ValueFor, key));
        return value.Text.Length == 0 ? null : value.Text;
    }

    public static List<string> Texts(YamlNode item, string key, LoadContext context)
    {
        if (item.Find(key) is not { } value) throw Missing(key, context);
        var place = context.Item(value, LoadItemType.ValueFor, key);
        if (!value.IsSequence) throw Invalid("Value is not a sequence", place);
        var texts = new List<string>(value.Items.Count);
        foreach (var element in value.Items)
        {
            if (!element.IsScalar) throw Invalid("sequence value is not scalar", place.Item(element, LoadItemType.ListItem));
            texts.Add(element.Text);
        }
        return texts;
    }

    public static SortedSet<string> Tags(YamlNode item, LoadContext context) =>
        item.Find("tags") is null ? new(StringComparer.Ordinal) : new(Texts(item, "tags", context), StringComparer.Ordinal);

    public static RulePriority Priority(YamlNode item, LoadContext context)
    {
        var text = Text(item, "priority", context);
        return Priority(text, item, context);
    }

    public static RulePriority Priority(string text, YamlNode item, LoadContext context) => RulePriorities.TryParse(text, out var priority)
        ? priority
        : throw Invalid("Invalid priority", context.Item(item.Find("priority")!, LoadItemType.RulePriority));

    public static LoadException Missing(string key, LoadContext context) => Invalid($"Item has no mapping for key '{key}'", context);

    public static LoadException Invalid(string message, LoadContext context) => new(LoadErrorCode.YamlValidate, message, context);

    private static string Scalar(YamlNode item, string key, LoadContext context, out LoadContext place)
    {
        if (item.Find(key) is not { } value) throw Missing(key, context);
        if (value.IsNull) throw Invalid($"Mapping for key '{key}' is empty", context);
        place = context.Item(value, LoadItemType.ValueFor, key);
        if (!value.IsScalar) throw Invalid("Value is not a scalar value", place);
        return value.Text.Length > 0 ? value.Text : throw Invalid("Value must be non-empty", place);
    }

    private static LoadException Undecodable(LoadContext place) => Invalid("Can't decode YAML scalar value", place);
}
