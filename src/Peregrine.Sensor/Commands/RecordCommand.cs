using System.Diagnostics;
using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Live;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.Commands;

/// <summary><c>record -w FILE</c>: writes what happens on this machine to a capture, all of it or what fits a condition. A name that ends in .gz or .zst is packed.</summary>
internal static class RecordCommand
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the rings are still emptied at the end, and how long they must stay empty to count as emptied.</summary>
    private static readonly TimeSpan LastDrain = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(5);

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        var file = options.WriteFile ?? throw new UsageException("record needs a file to write: peregrine record -w FILE");
        if (options.Arguments.Count > 0) throw new UsageException($"unexpected argument '{options.Arguments[0]}'; a condition is given with --filter");
        var (_, configuration) = new ConfigInput(console.Environment, options.ConfigFile, options.Overrides).Read(sources);
        LeastPrivilege.Take(console, configuration, file);
        using var log = new SensorLog(console.Error, configuration.Log, console.Clock);
        var condition = options.Filter is { } text ? ConditionText.Parse(text) : null;
        var filter = condition is null ? null : ConditionText.Compile(condition, options.Filter!, new RulesSetup(configuration, null).Syscall);
        using var stop = new RunStop(null, console.Stop);
        using var signals = console.HandlesSignals ? new RunSignals(stop, () => { }, () => { }, log) : null;
        var began = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        using var machine = LiveMachine.Start(configuration, Wanted(condition), withData: null, HostName.Find(console), console.Probe);
        try
        {
            using var progress = new Progress(console.Progress, "Recording to " + file);
            EventRecorder? recorder = null;
            using var capture = new RotatingCapture(Rotation(file, options), () => MachineTables.Of(machine.Facts, machine.State), (writer, tables) => StateNotes.WriteBeginning(machine.State, writer, tables, recorder?.Time ?? began));
            log.Info($"Recording to {file}");
            recorder = new EventRecorder(machine.State, filter, capture);
            var healing = new Healing(machine.Probe, machine.State, machine.Scan, log, console.Clock);
            // The time is the recording's: what came before it, loading the probe and reading what runs, does not count.
            if (options.Seconds is { } seconds) stop.RequestAfter(TimeSpan.FromSeconds(seconds));
            Record(machine, recorder, capture, healing, stop, progress);
            progress.Dispose();
            var statistics = machine.Probe.Statistics;
            if (capture.IsFull) log.Info($"{file} has reached its largest size");
            log.Info($"Events written: {recorder.Written}{(capture.Files > 1 ? $" to {capture.Files} files" : "")}; generated: {statistics.Generated}; read: {statistics.Read}; dropped: {statistics.Dropped}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot write {file}: {e.Message}", e);
        }
        return 0;
    }

    private static RotatingCaptureOptions Rotation(string file, CommandLineOptions options)
    {
        if (options.Rotate is not null && options.MaxSize is null) throw new UsageException("--rotate needs --max-size, the size at which the next file begins");
        return new RotatingCaptureOptions
        {
            Path = file,
            Writing = CaptureFiles.Writing(CaptureFiles.CompressionOf(file), WriteBehind.Wait),
            MaxBytes = options.MaxSize ?? 0,
            Continue = options.Rotate is not null,
            Keep = options.Rotate ?? 0,
        };
    }

    private static void Record(LiveMachine machine, EventRecorder recorder, RotatingCapture capture, Healing healing, RunStop stop, Progress progress)
    {
        using var wake = stop.Token.Register(machine.Probe.WakeUp);
        while (!stop.IsRequested && !capture.IsFull)
        {
            var now = machine.Probe.Now;
            var idle = machine.Probe.Drain(recorder) == 0;
            // What is corrected after losses is written too.
            healing.Step(idle ? now - Healing.Settled : 0);
            if (idle) machine.Probe.Wait(healing.HasWork ? Healing.ShortSleep : LongestSleep);
            machine.Containers?.Deliver(recorder.OnLearned);
            progress.Show(recorder.Written, -1, -1);
        }
        // Nothing new is recorded from here on, so that what was generated was read or dropped, to the last event.
        machine.Probe.SetSyscalls([]);
        var start = Stopwatch.GetTimestamp();
        while (!capture.IsFull && Stopwatch.GetElapsedTime(start) < LastDrain)
            if (machine.Probe.Drain(recorder) == 0 && !machine.Probe.Wait(Settling)) break;
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
