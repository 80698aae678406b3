using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Live;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Replay;

namespace Peregrine.Sensor.Commands;

/// <summary>
/// The sensor itself: 1 rules are loaded, 2 what only describes them is done and ends, 3 outputs are opened, 4 events run until the end, 5 the outputs deliver what is left,
/// 6 the summary is printed.
/// </summary>
internal static class SensorCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, LoadedConfig loaded, SensorConfiguration configuration)
    {
        using var log = new SensorLog(console.Error, configuration.Log, console.Clock);
        foreach (var warning in loaded.Warnings) log.Warning(warning);
        foreach (var plugin in configuration.Plugins)
            if (plugin.Name != PluginOptionsReader.Container) log.Warning($"the plugin '{plugin.Name}' is not loaded: this version hosts no plugin libraries");
        log.Info($"Peregrine {Versions.Peregrine}, compatible with Falco {Versions.Falco}");
        log.Info(loaded.Files.Count > 0 ? "Configuration: " + string.Join(", ", loaded.Files) : "Configuration: built-in defaults");
        var files = RulesFiles.Find(configuration, options.RulesFiles);
        var setup = new RulesSetup(configuration, options.Print);
        setup.LoadAll(files, log.Warning);
        log.Info("Rules: " + string.Join(", ", files));
        if (options.DescribeRules || options.DescribeRule is not null) return DescribeRulesCommand.Run(console, configuration, setup, options.DescribeRule);
        var rules = Enabled(setup.Ready(), options);
        if (options.DryRun)
        {
            log.Info($"Dry run: {rules.EnabledCount} rules would be enabled");
            return 0;
        }
        using var pidFile = PidFile.Write(options.PidFile);
        return RunEvents(console, options, configuration, rules, log);
    }

    private static LoadedRules Enabled(LoadedRules rules, CommandLineOptions options)
    {
        foreach (var source in options.EnabledSources.Concat(options.DisabledSources))
            if (!rules.Catalogs.ContainsKey(source)) throw new UsageException($"there is no event source '{source}'; there is {string.Join(", ", rules.Catalogs.Keys)}");
        if (options.EnabledSources.Count > 0 && options.DisabledSources.Count > 0) throw new UsageException("--enable-source and --disable-source cannot be used together");
        if (options.DisabledSources.Count > 0) throw new UsageException("all event sources are disabled");
        return rules;
    }

    private static int RunEvents(SensorConsole console, CommandLineOptions options, SensorConfiguration configuration, LoadedRules rules, SensorLog log)
    {
        var statistics = new RunStatistics();
        var hostname = HostName.Find(console);
        RunResult result;
        IReadOnlyList<OutputCounters> counters;
        using (var stop = new RunStop(options.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, console.Stop))
        using (var outputs = OutputFactory.Create(configuration.Outputs with { Buffered = configuration.Outputs.Buffered && !options.Unbuffered }, console, log, configuration.Engine.Kind == EngineKind.Replay))
        using (console.HandlesSignals ? new RunSignals(stop, outputs.Reopen, log) : null)
        {
            using var alerts = new AlertMaker(configuration.Alerts, rules.Catalogs, hostname, console.Clock.LocalTimeZone);
            var session = new Session(configuration, rules, alerts, outputs, statistics, log, console);
            result = configuration.Engine.Kind switch
            {
                EngineKind.Replay => ReplayRun.Run(session, stop),
                EngineKind.NoDriver => NoEventsRun.Run(session, stop),
                _ => LiveRun.Run(session, stop),
            };
            // Every alert goes out before the summary, so that they do not mix.
            outputs.Stop();
            counters = outputs.Counters;
        }
        console.Print(statistics.Summary());
        RunReport.Write(log, console, result, counters);
        return result.Failure is null ? 0 : 1;
    }
}
