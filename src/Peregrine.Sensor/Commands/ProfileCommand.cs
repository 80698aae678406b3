using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Profiling;

namespace Peregrine.Sensor.Commands;

/// <summary><c>profile [CAPTURE]</c>: runs a capture, or this machine for a while, through the rules and tells what each step, rule and condition took. Alerts are made and go nowhere.</summary>
internal static class ProfileCommand
{
    private const double DefaultSeconds = 10;

    /// <summary>Nothing beside the sensor's own work is to be measured.</summary>
    private static readonly string[] Silent =
    [
        .. ConfigKeys.All.Where(static k => k.Inert is null && k.Path.EndsWith("_output.enabled", StringComparison.Ordinal)).Select(static k => k.Path + "=false"),
        "webserver.enabled=false",
        "metrics.enabled=false",
    ];

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments.Count > 1) throw new UsageException("profile takes one capture, or none for this machine: peregrine profile [CAPTURE] [-r RULES]");
        if (options.Arguments is not [_]) options.Seconds ??= DefaultSeconds;
        string[] source = options.Arguments is [var file] ? ["engine.kind=replay", "engine.replay.capture_file=" + file] : [];
        var input = new ConfigInput(console.Environment, options.ConfigFile, [.. options.EffectiveOverrides, .. source, .. Silent]);
        var (loaded, configuration) = input.Read(sources);
        return SensorCommand.Run(console, options, input, loaded, configuration, Report);

        void Report(ProfileFigures figures, RunStatistics statistics)
        {
            var report = new ProfileReport(figures, statistics.ByRule);
            if (options.FoldedFile is { } folded) File.WriteAllText(folded, report.ToFolded());
            console.Print(options.Json ? report.ToJson() : report.ToText());
        }
    }
}
