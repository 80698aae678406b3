using System.Text;
using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Completion;

/// <summary>Completion for zsh.</summary>
internal static class ZshCompletion
{
    public static string Script()
    {
        var text = new StringBuilder("#compdef peregrine\n# zsh completion for peregrine: made by `peregrine completion zsh`\n\n_peregrine() {\n    local -a commands\n    commands=(\n");
        foreach (var command in CommandHelp.All) text.Append($"        '{command.Name}:{Quoted(command.Summary)}'\n");
        text.Append("    )\n    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n        _describe command commands\n        return\n    fi\n    case $words[2] in\n");
        foreach (var command in CommandHelp.All)
        {
            // Seen from the command on, its arguments are the first.
            text.Append($"    {command.Name})\n        shift words; (( CURRENT-- ))\n        _arguments");
            foreach (var spec in command.Specs) Option(text, spec);
            if (OptionWords.TakesFiles(command)) text.Append(" \\\n            '*:file:_files'");
            else if (OptionWords.Arguments(command) is { Count: > 0 } words) text.Append($" \\\n            '1:argument:({string.Join(' ', words)})'");
            text.Append("\n        ;;\n");
        }
        text.Append("    *)\n        _arguments");
        foreach (var spec in OptionTable.Sensor) Option(text, spec);
        return text.Append("\n        ;;\n    esac\n}\n\nif [[ $funcstack[1] = _peregrine ]]; then _peregrine \"$@\"; else compdef _peregrine peregrine; fi\n").ToString();
    }

    private static void Option(StringBuilder text, OptionSpec spec)
    {
        var value = spec.Value == OptionValue.None ? "" : ":" + spec.ValueName!.ToLowerInvariant() + ":" + (OptionWords.TakesFile(spec) ? "_files" : OptionWords.Values(spec) is { Count: > 0 } values ? $"({string.Join(' ', values)})" : " ");
        foreach (var typed in OptionWords.Typed(spec))
        {
            // A value that is only attached follows an equals sign and may be left out.
            var form = spec.Value == OptionValue.Optional ? typed + "=-" : typed;
            text.Append($" \\\n            '*{form}[{Quoted(spec.Help).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)}]{(spec.Value == OptionValue.Optional ? ":" : "")}{value}'");
        }
    }

    private static string Quoted(string text) => text.Replace("'", "'\\''", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
