using System.Text;
using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Completion;

/// <summary>Completion for fish.</summary>
internal static class FishCompletion
{
    public static string Script()
    {
        var text = new StringBuilder("# fish completion for peregrine: made by `peregrine completion fish`\ncomplete -c peregrine -f\n");
        var names = string.Join(' ', CommandHelp.All.Select(c => c.Name));
        foreach (var command in CommandHelp.All) text.Append($"complete -c peregrine -n __fish_use_subcommand -a {command.Name} -d '{Quoted(command.Summary)}'\n");
        foreach (var spec in OptionTable.Sensor) Option(text, $"not __fish_seen_subcommand_from {names}", spec);
        foreach (var command in CommandHelp.All)
        {
            var seen = $"__fish_seen_subcommand_from {command.Name}";
            foreach (var spec in command.Specs) Option(text, seen, spec);
            if (OptionWords.TakesFiles(command)) text.Append($"complete -c peregrine -n '{seen}' -F\n");
            if (OptionWords.Arguments(command) is { Count: > 0 } words) text.Append($"complete -c peregrine -n '{seen}' -a '{string.Join(' ', words)}'\n");
        }
        return text.ToString();
    }

    private static void Option(StringBuilder text, string when, OptionSpec spec)
    {
        text.Append($"complete -c peregrine -n '{when}'");
        if (spec.Short != '\0') text.Append(" -s ").Append(spec.Short);
        if (spec.Long is not null) text.Append(" -l ").Append(spec.Long);
        if (spec.Value == OptionValue.Required) text.Append(OptionWords.TakesFile(spec) ? " -r -F" : " -x");
        if (spec.Value == OptionValue.Required && OptionWords.Values(spec) is { Count: > 0 } values) text.Append($" -a '{string.Join(' ', values)}'");
        text.Append($" -d '{Quoted(spec.Help)}'\n");
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
