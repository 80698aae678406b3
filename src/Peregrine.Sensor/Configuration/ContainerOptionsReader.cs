using System.Globalization;
using Peregrine.Containers;

namespace Peregrine.Sensor.Configuration;

/// <summary>Whom to ask about containers, and how long alerts wait for the answers.</summary>
/// <param name="Ask">The engines.</param>
/// <param name="Disabled">Names of engines, as the configuration has them, whose containers count as the host.</param>
/// <param name="Static">A fixed description of everything that runs here; null where containers are told apart.</param>
/// <param name="AlertHold">How long an alert may wait for what its container is; zero for not at all.</param>
/// <param name="MaxHeld">Most events that wait at one time.</param>
public sealed record ContainerSettings(ContainerOptions Ask, IReadOnlySet<string> Disabled, StaticContainer? Static, TimeSpan AlertHold, int MaxHeld);

/// <summary>Reads what is said about containers: the reference's plugin <c>container</c>, and keys of our own.</summary>
internal static class ContainerOptionsReader
{
    /// <summary>The engines that the plugin knows; the first four have sockets.</summary>
    private static readonly string[] Engines = ["docker", "podman", "containerd", "cri", "lxc", "libvirt_lxc", "bpm"];

    private static readonly string[] Keys = ["engines", "label_max_len", "with_size", "hooks", "engine_timeout", "log_level", "host_root"];

    /// <summary>Null when the container plugin is not loaded.</summary>
    public static ContainerSettings? Read(ConfigReader reader, IReadOnlyList<PluginOptions> plugins)
    {
        if (plugins.FirstOrDefault(p => p.Name == PluginOptionsReader.Container) is not { } plugin) return null;
        var options = new ContainerOptions { RequestTimeout = TimeSpan.FromMilliseconds(reader.Integer("container_metadata.request_timeout_ms", 10, 600_000)) };
        var disabled = new HashSet<string>();
        StaticContainer? single = null;
        if (Written(plugin.InitConfig) is { Kind: not ConfigNodeKind.Null } config)
        {
            Check(config, "the container plugin's init_config", Keys);
            if (config.Find("label_max_len") is { } longest) options = options with { LabelMaxLength = (int)Integer("label_max_len", longest, 0, 1_000_000) };
            if (config.Find("with_size") is { } size) options = options with { WithSize = Flag("with_size", size) };
            if (config.Find("hooks") is { } hooks) options = options with { Hooks = Hooks(hooks) };
            if (config.Find("engines") is { Kind: not ConfigNodeKind.Null } engines) options = ReadEngines(engines, options, disabled, out single);
        }
        var hold = TimeSpan.FromMilliseconds(reader.Integer("container_metadata.alert_hold_ms", 0, 60_000));
        return new ContainerSettings(options, disabled, single, hold, (int)reader.Integer("container_metadata.max_held_events", 0, 10_000_000));
    }

    /// <summary>A plugin's configuration may be a mapping, or the same as a text in JSON; an empty text is none.</summary>
    private static ConfigNode? Written(ConfigNode? config)
    {
        if (config is not { Kind: ConfigNodeKind.Scalar, Text: var text }) return config;
        return text.AsSpan().Trim() is ['{', .., '}'] ? ConfigYaml.ReadValue(text, config.Place.Source, static _ => null) : text.AsSpan().Trim().IsEmpty ? null : config;
    }

    private static ContainerOptions ReadEngines(ConfigNode engines, ContainerOptions options, HashSet<string> disabled, out StaticContainer? single)
    {
        Check(engines, "engines", [.. Engines, "static"]);
        single = null;
        foreach (var entry in engines.Entries)
        {
            if (entry.Key == "static")
            {
                single = Static(entry.Value);
                continue;
            }
            var (enabled, sockets) = Engine(entry.Key, entry.Value);
            if (!enabled) disabled.Add(entry.Key);
            var asked = new EngineSockets(enabled, sockets);
            options = entry.Key switch
            {
                "docker" => options with { Docker = asked },
                "podman" => options with { Podman = asked },
                "containerd" => options with { Containerd = asked },
                "cri" => options with { Cri = asked },
                _ => options,
            };
        }
        return options;
    }

    private static (bool Enabled, IReadOnlyList<string> Sockets) Engine(string name, ConfigNode engine)
    {
        Check(engine, "engines." + name, ["enabled", "sockets"]);
        var enabled = engine.Find("enabled") is not { } flag || Flag($"engines.{name}.enabled", flag);
        return (enabled, engine.Find("sockets") is { } sockets ? ConfigReader.Texts($"engines.{name}.sockets", sockets) : []);
    }

    private static StaticContainer? Static(ConfigNode node)
    {
        Check(node, "engines.static", ["enabled", "container_id", "container_name", "container_image"]);
        if (node.Find("enabled") is not { } enabled || !Flag("engines.static.enabled", enabled)) return null;
        string Text(string key) => node.Find(key) is { Kind: ConfigNodeKind.Scalar, Text: { Length: > 0 } text } ? text : throw new ConfigException($"'engines.static' needs a '{key}'", node.Place);
        return new StaticContainer(Text("container_id"), Text("container_name"), Text("container_image"));
    }

    private static EngineHooks Hooks(ConfigNode node)
    {
        var hooks = EngineHooks.None;
        foreach (var name in ConfigReader.Texts("hooks", node))
        {
            hooks |= name switch
            {
                "create" => EngineHooks.Create,
                "start" => EngineHooks.Start,
                _ => throw new ConfigException($"'hooks' knows create and start, not '{name}'", node.Place),
            };
        }
        return hooks;
    }

    private static bool Flag(string path, ConfigNode node) =>
        node.Kind == ConfigNodeKind.Scalar && ConfigReader.ParseFlag(node.Text) is { } flag ? flag : throw ConfigReader.Wrong(path, node, "true or false");

    private static long Integer(string path, ConfigNode node, long min, long max) =>
        node.Kind == ConfigNodeKind.Scalar && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw ConfigReader.Wrong(path, node, $"a whole number from {min} to {max}");

    private static void Check(ConfigNode node, string what, IReadOnlyList<string> known)
    {
        if (node.Kind != ConfigNodeKind.Mapping) throw ConfigReader.Wrong(what, node, "a mapping");
        foreach (var entry in node.Entries)
            if (!known.Contains(entry.Key)) throw new ConfigException($"{what}: there is no '{entry.Key}'; known are {string.Join(", ", known)}", entry.KeyPlace);
    }
}
