namespace Peregrine.Sensor.Configuration;

/// <summary>Warns about keys that the configuration does not know, with the nearest one it does, and about those that have no effect in this version.</summary>
internal static class ConfigCheck
{
    public static void Run(ConfigNode root, List<string> warnings) => Visit(root, "", default, warnings);

    private static void Visit(ConfigNode node, string path, ConfigPlace keyPlace, List<string> warnings)
    {
        if (ConfigKeys.Find(path) is { } key)
        {
            if (key.Inert is { } reason && node.Kind == ConfigNodeKind.Scalar && !IsDefault(key, node.Text)) warnings.Add($"{keyPlace}: '{path}' has no effect: {reason}");
            if (key.Type == ConfigType.Any && path is not ("rules_file" or "config_files[]")) return;
        }
        foreach (var (name, place, value) in node.Entries)
        {
            var inner = path.Length == 0 ? name : path + "." + name;
            if (IsKnown(inner)) Visit(value, inner, place, warnings);
            else if (path is not "config_files[]") warnings.Add(Unknown(inner, path, place));
        }
        foreach (var item in node.Items) Visit(item, path + "[]", item.Place, warnings);
    }

    private static bool IsDefault(ConfigKey key, string text) => text == key.Default || (key.Type == ConfigType.Boolean && ConfigReader.ParseFlag(text) == (key.Default == "true"));

    /// <summary>Whether it is a key or leads to one.</summary>
    private static bool IsKnown(string path) =>
        ConfigKeys.Find(path) is not null || ConfigKeys.All.Any(k => k.Path.Length > path.Length && k.Path.StartsWith(path, StringComparison.Ordinal) && k.Path[path.Length] is '.' or '[');

    private static string Unknown(string path, string parent, ConfigPlace place)
    {
        var siblings = ConfigKeys.All.Select(k => k.Path).Where(p => p.StartsWith(parent, StringComparison.Ordinal)).Select(p => Sibling(p, parent)).Where(s => s.Length > 0).Distinct();
        var name = parent.Length == 0 ? path : path[(parent.Length + 1)..];
        var nearest = Nearest.Of(name, siblings) is { } one ? parent.Length == 0 ? one : parent + "." + one : Nearest.Of(path, ConfigKeys.All.Select(k => k.Path));
        return nearest is null ? $"{place}: unknown key '{path}' is ignored" : $"{place}: unknown key '{path}' is ignored; did you mean '{nearest}'?";
    }

    /// <summary>The name that follows <paramref name="parent"/> in <paramref name="path"/>; empty when none does.</summary>
    private static string Sibling(string path, string parent)
    {
        var rest = path.AsSpan(parent.Length);
        if (parent.Length > 0)
        {
            if (rest.Length == 0 || rest[0] != '.') return "";
            rest = rest[1..];
        }
        var end = rest.IndexOfAny('.', '[');
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
