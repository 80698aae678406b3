using System.Text;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--list-plugins</c>: the plugins that are loaded. The container plugin is built in.</summary>
internal static class ListPluginsCommand
{
    public static int Run(SensorConsole console, SensorConfiguration configuration, string? only)
    {
        if (only is not null && configuration.Plugins.All(p => p.Name != only)) throw new SensorException($"the plugin '{only}' is not loaded");
        var text = new StringBuilder();
        if (only is null) text.Append(configuration.Plugins.Count).Append(configuration.Plugins.Count == 1 ? " Plugin Loaded:\n" : " Plugins Loaded:\n");
        foreach (var plugin in configuration.Plugins)
        {
            if (only is not null && plugin.Name != only) continue;
            text.Append("\nName: ").Append(plugin.Name).Append('\n');
            if (plugin.Name != PluginOptionsReader.Container) continue;
            text.Append("Description: Containers of processes, by their control groups (built in)\n")
                .Append("Version: ").Append(BuiltInContainerPlugin.Version).Append('\n')
                .Append("Capabilities:\n  - Field Extraction\n");
        }
        console.Print(text.ToString());
        return 0;
    }
}
