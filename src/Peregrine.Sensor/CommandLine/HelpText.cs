using System.Text;

namespace Peregrine.Sensor.CommandLine;

/// <summary>The texts of <c>--help</c>, made from the tables. The overview fits a terminal of 80 by 24.</summary>
internal static class HelpText
{
    private const int Width = 80;

    public static string Overview()
    {
        var text = new StringBuilder("""
            Peregrine: runtime security for Linux.
            Usage: peregrine [OPTION...]           watch this machine (as root)
                   peregrine COMMAND [OPTION...]

            Commands:

            """);
        foreach (var command in CommandHelp.All) Entry(text, command.Name, command.Summary, 14);
        text.Append('\n');
        foreach (var name in (string[])["c", "option", "r"])
        {
            var spec = OptionTable.Find(name);
            Entry(text, $"-{spec.Short} {spec.ValueName}", spec.Help.Split(';')[0], 14);
        }
        return text.Append("\nAll options: peregrine help options. One command: peregrine COMMAND --help.\n").ToString();
    }

    /// <summary>All options of the sensor itself.</summary>
    public static string Options()
    {
        var text = new StringBuilder("Usage: peregrine [OPTION...]\n\n");
        foreach (var spec in OptionTable.Sensor) Entry(text, Left(spec), spec.Help, 28);
        text.Append("\nSignals: SIGHUP loads configuration and rules anew, SIGUSR1 opens output files anew,\nSIGINT and SIGTERM end the sensor in order.\n");
        return text.Append("Exit code: 0 for an orderly end, 1 after an error, which is told on standard error.\n").ToString();
    }

    public static string Command(CommandHelp command)
    {
        var text = new StringBuilder($"peregrine {command.Name}: {command.Summary}.\n\nUsage: peregrine {command.Name}{(command.Usage.Length > 0 ? " " + command.Usage : "")} [OPTION...]\n\n");
        foreach (var spec in command.Specs) Entry(text, Left(spec), spec.Help, 28);
        if (command.Details.Length > 0)
        {
            text.Append('\n');
            foreach (var line in Wrap(command.Details, Width)) text.Append(line).Append('\n');
        }
        text.Append(command.Examples.Count > 1 ? "\nExamples:\n" : "\nExample:\n");
        foreach (var example in command.Examples) text.Append("  ").Append(example).Append('\n');
        return text.ToString();
    }

    /// <summary>The option as the left column shows it.</summary>
    public static string Left(OptionSpec spec) => (spec.Short == '\0' ? "    " : "") + spec.Display + spec.Value switch
    {
        OptionValue.Required => " " + spec.ValueName,
        OptionValue.Optional => $"[={spec.ValueName}]",
        _ => "",
    };

    private static void Entry(StringBuilder text, string left, string right, int column)
    {
        text.Append("  ").Append(left);
        if (left.Length + 3 > column) text.Append('\n').Append(' ', column);
        else text.Append(' ', column - left.Length - 2);
        text.AppendJoin('\n' + new string(' ', column), Wrap(right, Width - column)).Append('\n');
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }
        yield return line.ToString();
    }
}
