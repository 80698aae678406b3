using Peregrine.Capture;
using Peregrine.Kernel;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Partitions;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Terminal;
using Peregrine.State;

namespace Peregrine.Sensor.Replay;

/// <summary>How a capture is replayed.</summary>
/// <param name="Speed">How many times faster than it was recorded; null for as fast as it goes.</param>
/// <param name="Limit">Ends with the first event that is so much later than the first one; null for the whole capture.</param>
internal sealed record ReplayOptions(double? Speed, TimeSpan? Limit);

/// <summary>Runs a capture file through the sensor as if it happened now.</summary>
internal static class ReplayRun
{
    /// <summary>Between two looks at whether to stop.</summary>
    private const int StopCheckInterval = 1024;

    /// <summary>The longest sleep while events are held back.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(200);

    public static RunResult Run(Session session, RunStop stop, ReplayOptions options)
    {
        var file = session.Configuration.Engine.CaptureFile;
        try
        {
            using var reader = CaptureFiles.Open(file, stop.Token);
            using var progress = new Progress(session.Console.Progress, "Replaying " + file);
            return Run(session, stop, options, reader, progress);
        }
        catch (OperationCanceledException)
        {
            return new RunResult(0, null);
        }
    }

    private static RunResult Run(Session session, RunStop stop, ReplayOptions options, CaptureReader reader, Progress progress)
    {
        var gaveUp = false;
        string? failure = null;
        // A capture does not tell what was lost while it was made; drops can only be simulated.
        var monitor = DropActing.Watch(session, () => KernelStatistics.Lossless((ulong)reader.Surfaced), () => gaveUp = true);
        var first = Seed(session, reader);
        using var partitions = PartitionedMatching.For(session, first, static () => { });
        using var worker = new EventWorker(session, first, monitor, state => ReplayTables.Of(reader.Metadata, state), isReplay: true, partitions: partitions);
        using var attached = session.Errands.Attach(worker, static () => { });
        var pacer = options.Speed is { } speed ? new Pacer(speed, stop.Token) : null;
        var clock = new ReplayClock(options.Limit);
        try
        {
            for (var i = 0; !gaveUp && reader.TryRead(out var captured); i++)
            {
                if (captured.StartsSection) worker.Replace(Seed(session, reader));
                // Notes about the state have the time of their writing, which is no event's.
                if (captured.IsSurfaced && clock.IsOver(captured.Event.Timestamp)) break;
                while (pacer is not null && captured.IsSurfaced && !pacer.Wait(captured.Event.Timestamp, LongestSleep))
                {
                    worker.Flush();
                    Show();
                }
                if (pacer is not null && stop.IsRequested) break;
                worker.OnEvent(captured.Cpu, in captured.Event, captured.Number, captured.IsSurfaced);
                if (i % StopCheckInterval != 0 && pacer is null) continue;
                worker.Flush();
                Show();
                session.Errands.Run();
                if (stop.IsRequested) break;
            }
        }
        catch (CaptureException) when (stop.IsRequested)
        {
            // A pipe that was left before its end.
        }
        catch (CaptureException e)
        {
            // What was read counts; the rest of the file cannot be trusted.
            progress.Dispose();
            session.Log.Error($"the capture {session.Configuration.Engine.CaptureFile} cannot be read further: {e.Message}");
            failure = "";
        }
        worker.Settle();
        if (!gaveUp) worker.ReleaseHeld();
        return new RunResult(worker.Events, monitor) { Failure = gaveUp ? DropActing.GaveUp : failure };

        void Show() => progress.Show(worker.Events, reader.SourcePosition, reader.SourceLength);
    }

    private static StateEngine Seed(Session session, CaptureReader reader) =>
        CaptureSeed.NewState(reader.Metadata, new StateOptions { MaxThreads = session.Configuration.Engine.State.Threads, Hostname = session.Alerts.Hostname }, ContainerEngines.Disabled(session.Configuration.Containers));
}
