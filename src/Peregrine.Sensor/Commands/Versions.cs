using Peregrine.Events;

namespace Peregrine.Sensor.Commands;

/// <summary>The versions that the sensor answers to: its own, and those of the reference that rules and plugins may ask for.</summary>
public static class Versions
{
    /// <summary>Ours.</summary>
    public static string Peregrine { get; } = typeof(Versions).Assembly.GetName().Version!.ToString(3);

    /// <summary>The reference whose behaviour we follow.</summary>
    public const string Falco = "0.44.1";

    /// <summary>What <c>required_engine_version</c> is compared with.</summary>
    public const string Engine = "0.62.0";

    public const string Libs = "0.25.4";

    public const string PluginApi = "3.12.0";

    public const string DriverApi = "9.1.0";

    /// <summary>The event schema.</summary>
    public static string Schema => EventSchema.Version;
}
