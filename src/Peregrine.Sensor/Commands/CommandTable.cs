using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary>The subcommands: name, how it is called, what it does.</summary>
internal static class CommandTable
{
    private delegate int Runner(SensorConsole console, CommandLineOptions options, ConfigSources sources);

    private static readonly (string Name, string Usage, string Help, Runner Run)[] Commands =
    [
    ];

    public static IReadOnlyCollection<string> Names { get; } = [.. Commands.Select(c => c.Name)];

    public static IEnumerable<(string Usage, string Help)> Help => Commands.Select(c => (c.Usage, c.Help));

    public static int Run(string name, SensorConsole console, CommandLineOptions options, ConfigSources sources) =>
        Commands.First(c => c.Name == name).Run(console, options, sources);
}
