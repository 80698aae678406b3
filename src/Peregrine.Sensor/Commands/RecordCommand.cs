using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Live;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Recording;

namespace Peregrine.Sensor.Commands;

/// <summary><c>record -w FILE</c>: writes what happens on this machine to a capture, all of it or what fits a condition. A name that ends in .gz is packed.</summary>
internal static class RecordCommand
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(500);

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        var file = options.WriteFile ?? throw new UsageException("record needs a file to write: peregrine record -w FILE");
        if (options.Arguments.Count > 0) throw new UsageException($"unexpected argument '{options.Arguments[0]}'; a condition is given with --filter");
        var (_, configuration) = new ConfigInput(console.Environment, options.ConfigFile, options.Overrides).Read(sources);
        using var log = new SensorLog(console.Error, configuration.Log, console.Clock);
        var condition = options.Filter is { } text ? ConditionText.Parse(text) : null;
        var filter = condition is null ? null : ConditionText.Compile(condition, options.Filter!, new RulesSetup(configuration, null).Syscall);
        using var stop = new RunStop(options.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, console.Stop);
        using var signals = console.HandlesSignals ? new RunSignals(stop, () => { }, () => { }, log) : null;
        using var machine = LiveMachine.Start(configuration, Wanted(condition), HostName.Find(console));
        try
        {
            using var writer = CaptureWriter.Create(file, new() { Compression = file.EndsWith(".gz", StringComparison.Ordinal) ? CaptureCompression.Gzip : CaptureCompression.None });
            writer.WriteSection(MachineTables.Of(machine.Facts, machine.State));
            log.Info($"Recording to {file}");
            Record(machine, new EventRecorder(machine.State, filter, writer), stop);
            var statistics = machine.Probe.Statistics;
            log.Info($"Events written: {writer.Events}; read: {statistics.Read}; dropped: {statistics.Dropped}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot write {file}: {e.Message}", e);
        }
        return 0;
    }

    private static void Record(LiveMachine machine, EventRecorder recorder, RunStop stop)
    {
        using var wake = stop.Token.Register(machine.Probe.WakeUp);
        while (!stop.IsRequested)
        {
            if (machine.Probe.Drain(recorder) == 0) machine.Probe.Wait(LongestSleep);
            machine.Containers?.Deliver();
        }
        machine.Probe.Drain(recorder);
    }

    /// <summary>Everything, or what the condition can match and the state needs.</summary>
    private static HashSet<SyscallCode> Wanted(ConditionNode? condition)
    {
        if (condition is not null) return [.. EventTypeInference.InferSyscalls(condition), .. SyscallSelection.StateSet(), SyscallCode.SchedProcessExit];
        var all = new HashSet<SyscallCode>();
        foreach (var syscall in EventSchema.Syscalls) all.Add(syscall.Code);
        return all;
    }
}
