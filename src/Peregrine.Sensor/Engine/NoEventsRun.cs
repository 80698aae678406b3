using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Engine;

/// <summary>Runs without a source of events until it is told to end.</summary>
internal static class NoEventsRun
{
    public static RunResult Run(Session session, RunStop stop)
    {
        session.Log.Info("No events are read: engine.kind is nodriver");
        using var asked = new AutoResetEvent(false);
        using var attached = session.Errands.Attach(new IdleWorker(session), () => asked.Set());
        session.Service.Ready("No events are read");
        while (WaitHandle.WaitAny([stop.Token.WaitHandle, asked]) != 0) session.Errands.Run();
        return new RunResult(0, null);
    }

    private sealed class IdleWorker(Session session) : IWorker
    {
        public void TakeUp(Generation next) => session.TakeUp(next);

        public void Shed(SheddingLevel level, bool state)
        {
            // There are no events.
        }

        public WorkerFigures Count() => new();
    }
}
