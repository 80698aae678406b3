namespace Peregrine.Sensor.Configuration;

/// <summary>Where the configuration comes from, so that it can be read again.</summary>
/// <param name="Environment">Looks up an environment variable.</param>
/// <param name="File">The main file; null for the first default file that exists.</param>
/// <param name="Overrides">The <c>-o</c> options in order; they stay in force over every version of the files.</param>
public sealed record ConfigInput(Func<string, string?> Environment, string? File, IReadOnlyList<string> Overrides)
{
    /// <param name="sources">Gets the texts, so that an error can show its line.</param>
    public (LoadedConfig Loaded, SensorConfiguration Configuration) Read(ConfigSources sources)
    {
        var loaded = new ConfigLoader(Environment, sources).Load(File, Overrides);
        return (loaded, SensorConfigurationReader.Read(loaded));
    }
}
