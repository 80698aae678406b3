namespace Peregrine.Sensor.Configuration;

/// <summary>Reads <c>append_output</c>.</summary>
internal static class AppendOutputReader
{
    public static List<AppendOutputEntry> Read(ConfigReader reader)
    {
        if (reader.Node("append_output") is not { } node) return [];
        if (node.Kind != ConfigNodeKind.Sequence) throw ConfigReader.Wrong("append_output", node, "a list of mappings");
        return [.. node.Items.Select(Entry)];
    }

    private static AppendOutputEntry Entry(ConfigNode item)
    {
        if (item.Kind != ConfigNodeKind.Mapping) throw ConfigReader.Wrong("append_output[]", item, "a mapping");
        var match = item.Find("match");
        return new AppendOutputEntry(
            Text(match, "source"),
            Text(match, "rule"),
            match?.Find("tags") is { } tags ? ConfigReader.Texts("append_output[].match.tags", tags) : [],
            Text(item, "extra_output"),
            item.Find("extra_fields") is { } fields ? Fields(fields) : [],
            item.Find("suggested_output") is { } suggested && Flag(suggested));
    }

    private static List<ExtraField> Fields(ConfigNode node)
    {
        var fields = new List<ExtraField>();
        foreach (var item in node.Items)
        {
            if (item.Kind == ConfigNodeKind.Scalar) fields.Add(new ExtraField(item.Text, null));
            else if (item.Kind == ConfigNodeKind.Mapping) fields.AddRange(item.Entries.Select(e => new ExtraField(e.Key, e.Value.Text)));
            else throw ConfigReader.Wrong("append_output[].extra_fields[]", item, "a field's name, or a key with a format");
        }
        return fields;
    }

    private static string? Text(ConfigNode? mapping, string key) => mapping?.Find(key) is { Kind: ConfigNodeKind.Scalar } node ? node.Text : null;

    private static bool Flag(ConfigNode node) => ConfigReader.ParseFlag(node.Text) ?? throw ConfigReader.Wrong("append_output[].suggested_output", node, "true or false");
}
