namespace Peregrine.Sensor.Configuration;

/// <summary>Applies <c>-o key=value</c> options to a configuration that was read from files.</summary>
internal static class ConfigOverrides
{
    public static void Apply(ConfigNode root, string option, Func<string, string?> environment)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        var place = new ConfigPlace($"option -o {Secrets.HideOption(option)}", 0, 0);
        if (equals <= 0) throw new ConfigException($"the option '-o {Secrets.HideOption(option)}' must have the form key=value or key.subkey=value");
        var path = ConfigPath.Parse(option[..equals].Trim());
        Set(root, path, Value(option[(equals + 1)..], place, environment), place);
    }

    /// <summary>A mapping or sequence in flow style, else a scalar as it stands.</summary>
    private static ConfigNode Value(string text, ConfigPlace place, Func<string, string?> environment)
    {
        if (text is ['{', .., '}'] or ['[', .., ']']) return ConfigYaml.ReadValue(text, place.Source, environment);
        return ConfigNode.Scalar(EnvironmentExpansion.Expand(text, environment), place);
    }

    private static void Set(ConfigNode root, List<ConfigStep> path, ConfigNode value, ConfigPlace place)
    {
        var node = root;
        for (var i = 0; i < path.Count; i++)
        {
            var last = i == path.Count - 1;
            var next = last ? value : path[i + 1].Key is null ? ConfigNode.Sequence(place) : ConfigNode.Mapping(place);
            node = path[i].Key is { } key ? Into(node, key, next, last, place) : Into(node, path[i].Index, next, last, place);
        }
    }

    private static ConfigNode Into(ConfigNode mapping, string key, ConfigNode next, bool last, ConfigPlace place)
    {
        if (mapping.Kind != ConfigNodeKind.Mapping) throw new ConfigException($"'{key}' is looked for in something that has no keys", place);
        if (!last && mapping.Find(key) is { } existing && existing.Kind == next.Kind) return existing;
        mapping.Set(key, place, next);
        return next;
    }

    private static ConfigNode Into(ConfigNode sequence, int index, ConfigNode next, bool last, ConfigPlace place)
    {
        var items = sequence.Items;
        if (index < 0 || index == items.Count)
        {
            items.Add(next);
            return next;
        }
        if (index > items.Count) throw new ConfigException($"there is no element {index}: the sequence has {items.Count}", place);
        if (!last && items[index].Kind == next.Kind) return items[index];
        items[index] = next;
        return next;
    }
}
