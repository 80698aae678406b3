using Peregrine.Capture;
using Peregrine.Kernel;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Recording;
using Peregrine.State;

namespace Peregrine.Sensor.Replay;

/// <summary>Runs a capture file through the sensor as if it happened now.</summary>
internal static class ReplayRun
{
    /// <summary>Between two looks at whether to stop.</summary>
    private const int StopCheckInterval = 1024;

    public static RunResult Run(Session session, RunStop stop)
    {
        using var reader = Open(session.Configuration.Engine.CaptureFile);
        var gaveUp = false;
        string? failure = null;
        // A capture does not tell what was lost while it was made; drops can only be simulated.
        var monitor = DropActing.Watch(session, () => KernelStatistics.Lossless((ulong)reader.Surfaced), () => gaveUp = true);
        using var worker = new EventWorker(session, Seed(session, reader), monitor, state => ReplayTables.Of(reader.Metadata, state));
        using var attached = session.Errands.Attach(worker, static () => { });
        try
        {
            for (var i = 0; !gaveUp && reader.TryRead(out var captured); i++)
            {
                if (captured.StartsSection) worker.Replace(Seed(session, reader));
                worker.OnEvent(captured.Cpu, captured.Event, captured.Number, captured.IsSurfaced);
                if (i % StopCheckInterval != 0) continue;
                session.Errands.Run();
                if (stop.IsRequested) break;
            }
        }
        catch (CaptureException e)
        {
            // What was read counts; the rest of the file cannot be trusted.
            session.Log.Error(e.Message);
            failure = "";
        }
        return new RunResult(worker.Events, monitor) { Failure = gaveUp ? DropActing.GaveUp : failure };
    }

    public static CaptureReader Open(string file)
    {
        try
        {
            return CaptureReader.Open(file, CaptureFiles.Reading);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SensorException($"cannot open the capture {file}: no such file");
        }
        catch (Exception e) when (e is CaptureException or IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot open the capture {file}: {e.Message}");
        }
    }

    private static StateEngine Seed(Session session, CaptureReader reader) =>
        CaptureSeed.NewState(reader.Metadata, new StateOptions { MaxThreads = session.Configuration.Engine.State.Threads, Hostname = session.Alerts.Hostname }, ContainerEngines.Disabled(session.Configuration.Containers));
}
