namespace Peregrine.Sensor.Engine;

/// <summary>Runs without a source of events until it is told to end.</summary>
internal static class NoEventsRun
{
    public static RunResult Run(Session session, RunStop stop)
    {
        session.Log.Info("No events are read: engine.kind is nodriver");
        stop.Token.WaitHandle.WaitOne();
        return new RunResult(0, null);
    }
}
