namespace Peregrine.Sensor.Engine;

/// <summary>Runs without a source of events until it is told to end.</summary>
internal static class NoEventsRun
{
    public static RunResult Run(Session session, RunStop stop)
    {
        session.Log.Info("No events are read: engine.kind is nodriver");
        using var arrived = new AutoResetEvent(false);
        using var wake = session.Handover.Wake(() => arrived.Set());
        while (WaitHandle.WaitAny([stop.Token.WaitHandle, arrived]) != 0)
            if (session.Handover.Take() is { } next) session.TakeUp(next);
        return new RunResult(0, null);
    }
}
