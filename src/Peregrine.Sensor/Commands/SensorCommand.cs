using Peregrine.Kernel.Loading;
using Peregrine.Outputs;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Live;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Profiling;
using Peregrine.Sensor.Reloading;
using Peregrine.Sensor.Replay;
using Peregrine.Sensor.Service;

namespace Peregrine.Sensor.Commands;

/// <summary>
/// The sensor itself: 1 the probe is loaded and privileges are given up, which starts the program anew, 2 rules are loaded, while the machine is brought under watch, 3 what only describes them is done and ends, 4 outputs are opened,
/// 5 events run until the end, 6 the outputs deliver what is left, 7 the summary is printed.
/// </summary>
internal static class SensorCommand
{
    /// <summary>How long the start may wait for the addresses of hosts that rules name: an event that comes before them cannot match.</summary>
    private static readonly TimeSpan LongestWaitForNames = TimeSpan.FromSeconds(1);

    /// <param name="console">The process around it.</param>
    /// <param name="options">The command line.</param>
    /// <param name="input">Where the configuration comes from.</param>
    /// <param name="loaded">The configuration as it was read.</param>
    /// <param name="configuration">What it says.</param>
    /// <param name="profiled">Has the run profiled, and is told in place of the summary what was found.</param>
    /// <param name="ahead">What was begun with <see cref="LeastPrivilege.BeginAhead"/>.</param>
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigInput input, LoadedConfig loaded, SensorConfiguration configuration, Action<ProfileFigures, RunStatistics>? profiled = null,
        ProbeLoading? ahead = null)
    {
        var isRun = !options.DryRun && !options.DescribeRules && options.DescribeRule is null;
        if (isRun) LeastPrivilege.Take(console, configuration, options.FoldedFile, ahead);
        using var log = new SensorLog(console.Error, configuration.Log, console.Clock) { ForJournal = Journal.IsStandardError(console.Environment) };
        foreach (var warning in loaded.Warnings) log.Warning(warning);
        foreach (var plugin in configuration.Plugins)
            if (plugin.Name != PluginOptionsReader.Container) log.Warning($"the plugin '{plugin.Name}' is not loaded: this version hosts no plugin libraries");
        log.Info($"Peregrine {Versions.Peregrine}, compatible with Falco {Versions.Falco}");
        log.Info(loaded.Files.Count > 0 ? "Configuration: " + string.Join(", ", loaded.Files) : "Configuration: built-in defaults");
        using var start = isRun ? LiveStart.Begin(console, configuration) : null;
        var maker = new GenerationMaker(console, options, input, log);
        var setup = maker.LoadRules(configuration);
        if (options.DescribeRules || options.DescribeRule is not null) return DescribeRulesCommand.Run(console, configuration, setup, options.DescribeRule);
        var rules = maker.Enabled(setup);
        if (options.DryRun)
        {
            log.Info($"Dry run: {rules.EnabledCount} rules would be enabled");
            return 0;
        }
        using var pidFile = PidFile.Write(options.PidFile);
        using var outputs = new OutputSet([], configuration.Outputs.Timeout, log.Warning);
        var profile = profiled is null ? null : new SensorProfile(options.Sample ?? SensorProfile.DenseInterval, rules.Engine);
        using var session = new Session(maker.Make(1, loaded, configuration, rules, outputs), outputs, log, console) { Profile = profile };
        outputs.Replace(session.Current.Outputs, configuration.Outputs.Timeout);
        session.HostNames.WaitForFirstAnswers(LongestWaitForNames);
        var result = RunEvents(session, maker, options, start!);
        if (profile is not null) profiled!(profile.Figures(withParts: true), session.Statistics);
        else console.Print(session.Statistics.Summary());
        RunReport.Write(log, console, result, outputs.Counters);
        return result.Failure is null ? 0 : 1;
    }

    private static RunResult RunEvents(Session session, GenerationMaker maker, CommandLineOptions options, LiveStart start)
    {
        TimeSpan? limit = options.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        // A replay's seconds are those of its events.
        var replays = session.Configuration.Engine.Kind == EngineKind.Replay;
        using var stop = new RunStop(replays ? null : limit, session.Console.Stop);
        using var services = new Services(session);
        RunResult result;
        using (var reloader = new Reloader(session, maker, services.Apply))
        using (session.Console.HandlesSignals ? new RunSignals(stop, reloader.Request, session.Outputs.Reopen, session.Log) : null)
        {
            result = session.Configuration.Engine.Kind switch
            {
                EngineKind.Replay => ReplayRun.Run(session, stop, new ReplayOptions(options.Pace, limit)),
                EngineKind.NoDriver => NoEventsRun.Run(session, stop),
                _ => LiveRun.Run(session, stop, start),
            };
        }
        session.Service.Stopping();
        // Every alert goes out before the summary, so that they do not mix; clients of ours get theirs before their servers end.
        session.Outputs.Stop();
        return result;
    }
}
