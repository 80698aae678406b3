namespace Peregrine.Rules;

/// <summary>A plugin and the version of it that rules ask for.</summary>
public sealed record PluginVersion(string Name, string Version);

/// <summary>One entry of <c>required_plugin_versions</c>: the plugin asked for first, then what may stand in for it.</summary>
public sealed record PluginRequirement(IReadOnlyList<PluginVersion> Alternatives)
{
    /// <summary>What is wrong when these plugins are loaded; null when the requirement is met.</summary>
    /// <remarks>The first alternative that is loaded decides, even when a later one would fit.</remarks>
    public string? Check(IEnumerable<RulePlugin> loaded)
    {
        foreach (var required in Alternatives)
        {
            if (loaded.FirstOrDefault(p => p.Name == required.Name) is not { } plugin) continue;
            if (!EngineVersion.TryParse(plugin.Version, out var version)) return $"Plugin '{plugin.Name}' has invalid version string '{plugin.Version}'";
            return EngineVersion.TryParse(required.Version, out var asked) && version.Satisfies(asked)
                ? null
                : $"Plugin '{plugin.Name}' version '{plugin.Version}' is not compatible with required plugin version '{required.Version}'";
        }
        return "Plugin requirement not satisfied, must load one of: " + string.Join(", ", Alternatives.Select(static a => $"{a.Name} (>= {a.Version})"));
    }
}
