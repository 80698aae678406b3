namespace Peregrine.Sensor.Configuration;

/// <summary>Reads <c>plugins</c> and <c>load_plugins</c>. Without <c>plugins</c> there is the container plugin, as in the reference's own configuration.</summary>
internal static class PluginOptionsReader
{
    /// <summary>Built into the sensor; its library is never looked for.</summary>
    public const string Container = "container";

    public static IReadOnlyList<PluginOptions> Read(ConfigReader reader)
    {
        var configured = reader.Node("plugins") is { } node ? Configured(node) : [new PluginOptions(Container, "libcontainer.so", null, "")];
        if (reader.Node("load_plugins") is not { Kind: ConfigNodeKind.Sequence } wanted) return configured;
        return [.. wanted.Items.Select(name => configured.Find(p => p.Name == name.Text) ?? throw new ConfigException($"'load_plugins' names '{name.Text}', which 'plugins' does not describe", name.Place))];
    }

    private static List<PluginOptions> Configured(ConfigNode node)
    {
        if (node.Kind != ConfigNodeKind.Sequence) throw ConfigReader.Wrong("plugins", node, "a list of mappings");
        return [.. node.Items.Select(Plugin)];
    }

    private static PluginOptions Plugin(ConfigNode item)
    {
        if (item.Find("name") is not { Kind: ConfigNodeKind.Scalar } name) throw new ConfigException("a plugin needs a name", item.Place);
        return new PluginOptions(name.Text, item.Find("library_path")?.Text ?? "", item.Find("init_config"), item.Find("open_params")?.Text ?? "");
    }
}
