using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>help</c>: the overview, one command, all options, or the manual page.</summary>
internal static class HelpCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        console.Print(options.Arguments switch
        {
            [] => HelpText.Overview(),
            ["options"] => HelpText.Options(),
            ["man"] => ManualPage.Write(),
            [var name] when CommandHelp.Find(name) is { } command => HelpText.Command(command),
            [var name] => throw new UsageException($"there is no help about '{name}'; there is {string.Join(", ", CommandHelp.All.Select(c => c.Name))}, options and man"),
            _ => throw new UsageException("help explains one thing at a time: peregrine help [COMMAND|options|man]"),
        });
        return 0;
    }
}
