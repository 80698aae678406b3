using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary>What runs for each command; <see cref="CommandHelp"/> describes them.</summary>
internal static class CommandTable
{
    private delegate int Runner(SensorConsole console, CommandLineOptions options, ConfigSources sources);

    private static readonly (string Name, Runner Run)[] Commands =
    [
        ("validate", ValidateCommand.Run),
        ("test", TestCommand.Run),
        ("explain", ExplainCommand.Run),
        ("fmt", FormatCommand.Run),
        ("schema", SchemaCommand.Run),
        ("replay", Replay),
        ("events", EventsCommand.Run),
        ("record", RecordCommand.Run),
        ("doctor", DoctorCommand.Run),
        ("profile", ProfileCommand.Run),
        ("completion", CompletionCommand.Run),
        ("help", HelpCommand.Run),
    ];

    public static IReadOnlyCollection<string> Names { get; } = [.. Commands.Select(c => c.Name)];

    public static int Run(string name, SensorConsole console, CommandLineOptions options, ConfigSources sources) =>
        Commands.First(c => c.Name == name).Run(console, options, sources);

    private static int Replay(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments is not [var file]) throw new UsageException("replay needs one capture: peregrine replay FILE");
        string[] overrides = [.. options.EffectiveOverrides, "engine.kind=replay", "engine.replay.capture_file=" + file];
        var input = new ConfigInput(console.Environment, options.ConfigFile, overrides);
        var (loaded, configuration) = input.Read(sources);
        return SensorCommand.Run(console, options, input, loaded, configuration);
    }
}
