using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>What the <c>override</c> key of an item asks for: which keys are appended, which replaced.</summary>
internal sealed class Overrides
{
    private Overrides()
    {
    }

    public SortedSet<string> Appended { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Replaced { get; } = new(StringComparer.Ordinal);

    public bool Any => Appended.Count > 0 || Replaced.Count > 0;

    public static Overrides Read(YamlNode item, ReadOnlySpan<string> appendable, ReadOnlySpan<string> replaceable, LoadContext context)
    {
        var overrides = new Overrides();
        if (item.Find("override") is not { } map) return overrides;
        if (map.IsSequence && map.Items.Count > 0)
            throw new YamlConversionException("invalid node; this may result from using a map iterator as a sequence iterator, or vice-versa");
        var place = context.Item(item, LoadItemType.Override);
        foreach (var entry in map.Entries)
        {
            var key = YamlValue.Text(entry.Key);
            var operation = YamlValue.Text(entry.Value);
            switch (operation)
            {
                case "append" when appendable.Contains(key):
                    overrides.Appended.Add(key);
                    break;
                case "append":
                    throw ItemValues.Invalid($"Key '{key}' cannot be appended to, use 'replace' instead", place.Item(entry.Key, LoadItemType.Override, key));
                case "replace" when replaceable.Contains(key):
                    overrides.Replaced.Add(key);
                    break;
                case "replace":
                    throw ItemValues.Invalid($"Key '{key}' cannot be replaced", place.Item(entry.Key, LoadItemType.Override, key));
                default:
                    var allowed = (appendable.Contains(key) ? "append " : "") + (replaceable.Contains(key) ? "replace " : "");
                    throw ItemValues.Invalid($"Invalid override operation for key '{key}': '{operation}'. Allowed values are: {allowed}",
                        place.Item(entry.Value, LoadItemType.ValueFor, key));
            }
        }
        return overrides;
    }
}
