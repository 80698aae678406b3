using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Completion;

/// <summary>What completion offers for options and their values.</summary>
internal static class OptionWords
{
    /// <summary>Values that an option's value can only have; empty for others.</summary>
    public static IReadOnlyList<string> Values(OptionSpec spec) => spec.Long switch
    {
        "format" => ["text", "markdown", "json"],
        "print" => ["c", "k"],
        "color" => ["auto", "always", "never"],
        "enable-source" or "disable-source" or "list" => ["syscall"],
        _ => [],
    };

    public static bool TakesFile(OptionSpec spec) => spec.ValueName is "FILE";

    /// <summary>The option as it is typed: <c>-x</c>, <c>--name</c>, and <c>--name=</c> where the value is attached.</summary>
    public static IEnumerable<string> Typed(OptionSpec spec)
    {
        if (spec.Short != '\0') yield return "-" + spec.Short;
        if (spec.Long is not null) yield return "--" + spec.Long;
    }

    /// <summary>Whether the command's arguments are files.</summary>
    public static bool TakesFiles(CommandHelp command) => (command.Usage.Contains("FILE", StringComparison.Ordinal) || command.Usage.Contains("PATH", StringComparison.Ordinal)) && !command.Usage.StartsWith('-');

    /// <summary>Words that a command's argument can be.</summary>
    public static IReadOnlyList<string> Arguments(CommandHelp command) => command.Name switch
    {
        "completion" => ["bash", "zsh", "fish"],
        "schema" => ["rules", "tests", "config"],
        "help" => [.. CommandHelp.All.Select(c => c.Name), "options", "man"],
        _ => [],
    };
}
