using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads the keys that concern rules.</summary>
internal static class RuleOptionsReader
{
    private static readonly string[] FileKeys = ["rules_files", "rule_files", "rules_file"];

    public static RuleOptions Read(ConfigReader reader)
    {
        var (files, configured) = Files(reader);
        var priority = reader.Text("priority");
        var matching = reader.Text("rule_matching");
        return new RuleOptions(
            files,
            configured,
            Selection(reader),
            PriorityNames.Parse(priority) ?? throw reader.Invalid("priority", $"'{priority}' is no priority; there are {PriorityNames.All}"),
            matching switch
            {
                "all" => true,
                "first" => false,
                _ => throw reader.Invalid("rule_matching", $"'{matching}' is no way of matching; there are first and all"),
            },
            AppendOutputReader.Read(reader),
            StaticFields(reader),
            reader.Text("rules_semantics") switch
            {
                "strict" => true,
                "compatible" => false,
                var other => throw reader.Invalid("rules_semantics", $"'{other}' is no meaning of rules; there are compatible and strict"),
            },
            reader.Text("host_names") switch
            {
                "dns" => true,
                "hosts_file" => false,
                var other => throw reader.Invalid("host_names", $"'{other}' is no place to look names up; there are dns and hosts_file"),
            });
    }

    private static (IReadOnlyList<string> Files, bool Configured) Files(ConfigReader reader)
    {
        var set = FileKeys.Where(key => reader.Node(key) is not null).ToArray();
        return set switch
        {
            [] => ([], false),
            [var key] => (reader.Texts(key), true),
            [var first, var second, ..] => throw new ConfigException($"'{first}' and '{second}' are two names of one key: set only one", reader.Node(second)!.Place),
        };
    }

    private static List<RuleSelectionEntry> Selection(ConfigReader reader)
    {
        var entries = new List<RuleSelectionEntry>();
        if (reader.Node("rules") is not { } node) return entries;
        if (node.Kind != ConfigNodeKind.Sequence) throw ConfigReader.Wrong("rules", node, "a list of 'enable' and 'disable' entries");
        foreach (var item in node.Items)
        {
            foreach (var (action, place, target) in item.Entries)
            {
                if (action is not ("enable" or "disable")) throw new ConfigException($"'{action}' is neither 'enable' nor 'disable'", place);
                entries.Add(new RuleSelectionEntry(action == "enable", Text(target, "rule"), Text(target, "tag")));
            }
        }
        return entries;
    }

    private static string? Text(ConfigNode mapping, string key) => mapping.Find(key) is { Kind: ConfigNodeKind.Scalar } node ? node.Text : null;

    private static Dictionary<string, string> StaticFields(ConfigReader reader)
    {
        var fields = new Dictionary<string, string>();
        if (reader.Node("static_fields") is not { } node) return fields;
        foreach (var (key, place, value) in node.Entries)
        {
            if (value.Kind is not (ConfigNodeKind.Scalar or ConfigNodeKind.Null)) throw new ConfigException($"the static field '{key}' must be a text", place);
            fields[key] = value.Text;
        }
        return fields;
    }
}
