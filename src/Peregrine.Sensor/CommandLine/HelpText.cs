using System.Text;

namespace Peregrine.Sensor.CommandLine;

/// <summary>The text of <c>--help</c>, made from the tables; it fits a screen.</summary>
internal static class HelpText
{
    private const int Column = 28;

    public static string Make(IEnumerable<(string Usage, string Help)> commands)
    {
        var text = new StringBuilder("""
            Peregrine: runtime security for Linux.
            Usage: peregrine [OPTION…]            watch this machine (needs root)
                   peregrine COMMAND [OPTION…]

            """);
        text.Append("\nOptions:\n");
        foreach (var spec in OptionTable.Sensor)
        {
            if (spec.Help is null) continue;
            var value = spec.Value switch
            {
                OptionValue.Required => " " + spec.ValueName,
                OptionValue.Optional => $"[={spec.ValueName}]",
                _ => "",
            };
            Line(text, (spec.Short == '\0' ? "    " : "") + spec.Display + value, spec.Help);
        }
        text.Append("\nCommands:\n");
        foreach (var (usage, help) in commands) Line(text, usage, help);
        return text.ToString();
    }

    private static void Line(StringBuilder text, string left, string right)
    {
        text.Append("  ").Append(left);
        if (left.Length + 2 >= Column) text.Append('\n').Append(' ', Column);
        else text.Append(' ', Column - left.Length - 2);
        text.Append(right).Append('\n');
    }
}
