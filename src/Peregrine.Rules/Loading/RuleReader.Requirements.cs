using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

internal sealed partial class RuleReader
{
    private static readonly string[] EngineVersionKeys = ["required_engine_version"];
    private static readonly string[] PluginVersionsKeys = ["required_plugin_versions"];

    private void ReadEngineVersion(YamlNode item, LoadContext file)
    {
        const string Key = "required_engine_version";
        var context = file.Item(item, LoadItemType.RequiredEngineVersion);
        var text = ItemValues.Text(item, Key, context);
        if (YamlScalar.TryUint(text, out var number)) collector.Require(new EngineVersion(0, number, 0), context);
        else if (EngineVersion.TryParse(text, out var version)) collector.Require(version, context);
        else throw ItemValues.Invalid($"Unable to parse engine version '{text}' as a semver string. Expected \"x.y.z\" semver format.", context);
        WarnUnknownKeys(item, EngineVersionKeys, context);
    }

    private void ReadPluginVersions(YamlNode item, YamlNode plugins, LoadContext file)
    {
        var context = file.Item(plugins, LoadItemType.RequiredPluginVersions);
        if (!plugins.IsSequence) throw ItemValues.Invalid("Value of required_plugin_versions must be a sequence", context);
        foreach (var plugin in plugins.Items)
        {
            var asked = ReadPlugin(plugin, LoadItemType.RequiredPluginVersionsEntry, "Plugin version must be a mapping", context, out var entry);
            var alternatives = new List<PluginVersion> { asked };
            if (plugin.Find("alternatives") is { } others)
            {
                if (!others.IsSequence) throw ItemValues.Invalid("Value of plugin version alternatives must be a sequence", entry);
                foreach (var other in others.Items)
                    alternatives.Add(ReadPlugin(other, LoadItemType.RequiredPluginVersionsAlternative, "Plugin version alternative must be a mapping", entry, out _));
            }
            collector.Require(new PluginRequirement(alternatives), entry);
        }
        WarnUnknownKeys(item, PluginVersionsKeys, context);
    }

    private static PluginVersion ReadPlugin(YamlNode node, LoadItemType type, string noMap, LoadContext parent, out LoadContext context)
    {
        context = parent.Item(node, type);
        if (!node.IsMap) throw ItemValues.Invalid(noMap, context);
        var name = ItemValues.Text(node, "name", context);
        context = parent.Item(node, type, name);
        return new(name, ItemValues.Text(node, "version", context));
    }
}
