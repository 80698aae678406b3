using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Completion;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>completion SHELL</c>: the script that completes commands, options and their values in that shell.</summary>
internal static class CompletionCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        console.Print(options.Arguments switch
        {
            ["bash"] => BashCompletion.Script(),
            ["zsh"] => ZshCompletion.Script(),
            ["fish"] => FishCompletion.Script(),
            [var other] => throw new UsageException($"there is no completion for '{other}'; there is bash, zsh and fish"),
            _ => throw new UsageException("completion needs a shell: peregrine completion bash|zsh|fish"),
        });
        return 0;
    }
}
