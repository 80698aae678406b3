using System.Text;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--version</c>: as text, or as the JSON object that tools read.</summary>
internal static class VersionCommand
{
    public static int Run(SensorConsole console, bool json)
    {
        console.Print(json ? Json() + "\n" : Text());
        return 0;
    }

    /// <param name="plugins">The plugins whose versions are told too; null for none of that.</param>
    public static string Json(IReadOnlyList<PluginOptions>? plugins = null)
    {
        (string Key, string Value)[] members =
        [
            ("default_driver_version", Versions.DriverApi),
            ("driver_api_version", Versions.DriverApi),
            ("driver_schema_version", Versions.Schema),
            ("engine_version", Versions.Engine.Split('.')[1]),
            ("engine_version_semver", Versions.Engine),
            ("falco_version", Versions.Falco),
            ("libs_version", Versions.Libs),
            ("peregrine_version", Versions.Peregrine),
            ("plugin_api_version", Versions.PluginApi),
        ];
        var text = string.Join(',', members.Select(m => $"\"{m.Key}\":\"{m.Value}\""));
        return plugins is null ? $"{{{text}}}" : $"{{{text},\"plugin_versions\":{{{string.Join(',', plugins.Where(p => p.Name == PluginOptionsReader.Container).Select(p => $"\"{p.Name}\":\"{BuiltInContainerPlugin.Version}\""))}}}}}";
    }

    private static string Text() => new StringBuilder()
        .Append("Peregrine version: ").Append(Versions.Peregrine).Append(" (x86_64)\n")
        .Append("Compatible with:   Falco ").Append(Versions.Falco).Append('\n')
        .Append("Engine:            ").Append(Versions.Engine).Append('\n')
        .Append("Plugin API:        ").Append(Versions.PluginApi).Append('\n')
        .Append("Event schema:      ").Append(Versions.Schema).Append('\n')
        .ToString();
}
