using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Reloading;

/// <summary>What cannot change while the sensor runs, because the probe and the state were made with it, or because it was given up.</summary>
internal static class RestartOnly
{
    /// <summary>The keys, or sections, that a new configuration wants otherwise.</summary>
    public static IEnumerable<string> Differences(SensorConfiguration running, SensorConfiguration wanted)
    {
        if (running.Engine != wanted.Engine) yield return "engine' or 'falco_libs";
        if (!running.Plugins.Select(Text).SequenceEqual(wanted.Plugins.Select(Text))) yield return "plugins";
        if (running.Privileges != wanted.Privileges) yield return "least_privilege";
    }

    private static string Text(PluginOptions plugin) => $"{plugin.Name}\n{plugin.LibraryPath}\n{plugin.OpenParams}\n{plugin.InitConfig?.ToFlow()}";
}
