using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Service;

/// <summary>Tells the service manager that the worker works, twice as often as it wants to hear it. A worker that hangs is not covered up: the manager then does what it is told to, usually a new start.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread? _thread;

    public Watchdog(Session session)
    {
        if (session.Service.WatchdogInterval is not { } interval) return;
        _thread = new Thread(() => Run(session, interval / 2)) { IsBackground = true, Name = "watchdog" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _thread?.Join();
        _stopping.Dispose();
    }

    private void Run(Session session, TimeSpan pause)
    {
        var isTold = false;
        do
        {
            var works = session.Errands.IsWorking(pause);
            if (works) session.Service.Alive();
            else if (!isTold) session.Log.Error("the worker does not answer; the service manager is not told that it works");
            isTold = !works;
        }
        while (!_stopping.Token.WaitHandle.WaitOne(pause));
    }
}
