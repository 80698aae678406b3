using System.Text;
using Peregrine.Sensor.CommandLine;

namespace Peregrine.Sensor.Completion;

/// <summary>Completion for bash, without its add-on package.</summary>
internal static class BashCompletion
{
    public static string Script()
    {
        var text = new StringBuilder("""
            # bash completion for peregrine: made by `peregrine completion bash`
            _peregrine() {
                local current=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} options words='' files=''
                COMPREPLY=()

            """);
        text.Append("    case $last in\n");
        foreach (var spec in OptionTable.Sensor.Concat(OptionTable.Commands).Where(s => s.Value == OptionValue.Required))
        {
            text.Append("    ").AppendJoin('|', OptionWords.Typed(spec)).Append(") ");
            if (OptionWords.TakesFile(spec)) text.Append("COMPREPLY=($(compgen -f -- \"$current\")); compopt -o filenames 2>/dev/null; ");
            else if (OptionWords.Values(spec) is { Count: > 0 } values) text.Append($"COMPREPLY=($(compgen -W '{string.Join(' ', values)}' -- \"$current\")); ");
            text.Append("return ;;\n");
        }
        text.Append("    esac\n    case $command in\n");
        foreach (var command in CommandHelp.All)
        {
            text.Append($"    {command.Name}) options='{Words(command.Specs)}'");
            if (OptionWords.TakesFiles(command)) text.Append(" files=1");
            if (OptionWords.Arguments(command) is { Count: > 0 } words) text.Append($" words='{string.Join(' ', words)}'");
            text.Append(" ;;\n");
        }
        text.Append($"    *) options='{Words(OptionTable.Sensor)}' ;;\n    esac\n");
        return text.Append($$"""
                if [[ $COMP_CWORD = 1 && $current != -* ]]; then
                    COMPREPLY=($(compgen -W '{{string.Join(' ', CommandHelp.All.Select(c => c.Name))}}' -- "$current"))
                elif [[ $current = -* ]]; then
                    COMPREPLY=($(compgen -W "$options" -- "$current"))
                elif [[ $words ]]; then
                    COMPREPLY=($(compgen -W "$words" -- "$current"))
                elif [[ $files ]]; then
                    COMPREPLY=($(compgen -f -- "$current"))
                    compopt -o filenames 2>/dev/null
                fi
            }
            complete -F _peregrine peregrine

            """).ToString();
    }

    private static string Words(IEnumerable<OptionSpec> specs) => string.Join(' ', specs.SelectMany(OptionWords.Typed));
}
