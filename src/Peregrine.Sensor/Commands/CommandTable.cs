using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary>The subcommands: name, how it is called, what it does.</summary>
internal static class CommandTable
{
    private delegate int Runner(SensorConsole console, CommandLineOptions options, ConfigSources sources);

    private static readonly (string Name, string Usage, string Help, Runner Run)[] Commands =
    [
        ("validate", "validate PATH…", "check rules files [--json] [--fail-on-warnings]", ValidateCommand.Run),
        ("test", "test PATH…", "run tests of rules over captures [-r RULES] [--junit FILE]", TestCommand.Run),
        ("explain", "explain --rule NAME", "show a condition, and why it held for an event or not [-e CAPTURE] [--event N]", ExplainCommand.Run),
        ("fmt", "fmt PATH…", "format rules files (- for standard input) [--check] [--diff]", FormatCommand.Run),
        ("schema", "schema FORMAT", "print a JSON schema for editors: rules, tests or config", SchemaCommand.Run),
        ("replay", "replay FILE [-r RULES]", "run a capture (- for standard input) through the rules [--pace[=SPEED]]", Replay),
        ("events", "events FILE", "print a capture's events, or copy them [--filter COND] [--format FORMAT] [--json] [-w COPY]", EventsCommand.Run),
        ("record", "record -w FILE", "record this machine [--for TIME] [--filter COND] [--max-size SIZE] [--rotate[=N]]", RecordCommand.Run),
        ("doctor", "doctor", "check what the sensor needs on this machine [--json]", DoctorCommand.Run),
        ("profile", "profile [FILE] [-r RULES]", "what each step, rule and condition costs [--for TIME] [--sample N] [--json] [--folded FILE]", ProfileCommand.Run),
    ];

    public static IReadOnlyCollection<string> Names { get; } = [.. Commands.Select(c => c.Name)];

    public static IEnumerable<(string Usage, string Help)> Help => Commands.Select(c => (c.Usage, c.Help));

    public static int Run(string name, SensorConsole console, CommandLineOptions options, ConfigSources sources) =>
        Commands.First(c => c.Name == name).Run(console, options, sources);

    private static int Replay(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments is not [var file]) throw new UsageException("replay needs one capture: peregrine replay FILE");
        string[] overrides = [.. options.Overrides, "engine.kind=replay", "engine.replay.capture_file=" + file];
        var input = new ConfigInput(console.Environment, options.ConfigFile, overrides);
        var (loaded, configuration) = input.Read(sources);
        return SensorCommand.Run(console, options, input, loaded, configuration);
    }
}
