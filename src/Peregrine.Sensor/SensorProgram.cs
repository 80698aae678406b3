using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Commands;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Live;

namespace Peregrine.Sensor;

/// <summary>The program: understands the command line and runs what it asks for. The result is the exit code: 0, or 1 after an error that was explained on stderr.</summary>
public static class SensorProgram
{
    public static int Run(IReadOnlyList<string> args, SensorConsole console)
    {
        var sources = new ConfigSources();
        try
        {
            var options = CommandLineParser.Parse(args, CommandTable.Names);
            if (options.Help)
            {
                console.Print(options.Command is { } command ? HelpText.Command(CommandHelp.Find(command)!) : HelpText.Overview());
                return 0;
            }
            return options.Command is { } name ? CommandTable.Run(name, console, options, sources) : RunSensor(console, args, options, sources);
        }
        catch (ConfigException e)
        {
            return Fail(console, sources.Describe(e));
        }
        catch (Exception e) when (e is UsageException or SensorException)
        {
            return Fail(console, e.Message);
        }
        catch (IOException e)
        {
            // Standard output is gone, or a file was taken away under our hands.
            return Fail(console, e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(console, e.Message);
        }
    }

    private static int RunSensor(SensorConsole console, IReadOnlyList<string> args, CommandLineOptions options, ConfigSources sources)
    {
        if (options.ConfigSchema) return ConfigSchemaCommand.Run(console, options.Format);
        if (options.RuleSchema) return SchemaCommand.Rules(console);
        if (options.PageSize) return PageSize(console);
        if (options.ListFields) return ListFieldsCommand.Run(console, options);
        if (options.ListEvents) return ListEventsCommand.Run(console, options);
        if (options.IgnoredSyscalls) return IgnoredSyscallsCommand.Run(console);
        var ahead = MayWatch(options) ? LeastPrivilege.BeginAhead(console) : null;
        // Before the probe is loaded it would be for nothing: the program then starts anew.
        if (console.Probe is not null) _ = RulesSetup.ReadAhead();
        var input = new ConfigInput(console.Environment, options.ConfigFile, options.EffectiveOverrides);
        var (loaded, configuration) = input.Read(sources);
        if (options.Version) return VersionCommand.Run(console, configuration.Alerts.Json);
        if (options.ListPlugins || options.PluginInfo is not null) return ListPluginsCommand.Run(console, configuration, options.PluginInfo);
        if (options.Support) return SupportCommand.Run(console, args, options, configuration);
        if (options.ValidateFiles.Count > 0) return ValidateCommand.Compatible(console, configuration, options);
        return SensorCommand.Run(console, options, input, loaded, configuration, ahead: ahead);
    }

    /// <summary>Whether the command line leaves it open that this machine is watched.</summary>
    private static bool MayWatch(CommandLineOptions options) =>
        !(options.Version || options.Support || options.DryRun || options.DescribeRules || options.DescribeRule is not null || options.ListPlugins || options.PluginInfo is not null || options.ValidateFiles.Count > 0)
        && !options.Overrides.Any(static o => o.StartsWith("engine.kind", StringComparison.Ordinal));

    private static int PageSize(SensorConsole console)
    {
        console.Print($"Your system page size is: {Environment.SystemPageSize}\n");
        return 0;
    }

    private static int Fail(SensorConsole console, string message)
    {
        console.Error.Write($"Error: {Secrets.Hide(message)}\n");
        console.Error.Flush();
        return 1;
    }
}
