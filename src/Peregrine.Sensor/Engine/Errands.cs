using System.Collections.Concurrent;

namespace Peregrine.Sensor.Engine;

/// <summary>
/// Lets other threads have something done on the worker's thread, between two events: so rules can be exchanged and tables looked at without a lock on the way of an event.
/// </summary>
internal sealed class Errands
{
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<Errand> _waiting = new();
    private IWorker? _worker;
    private Action _wake = static () => { };

    /// <summary>Names the worker and says how it is woken, until what is returned is disposed of. Errands that come before wait for it.</summary>
    public IDisposable Attach(IWorker worker, Action wake)
    {
        lock (_gate) (_worker, _wake) = (worker, wake);
        if (!_waiting.IsEmpty) wake();
        return new Attachment(this);
    }

    /// <summary>Whether there is a worker.</summary>
    public bool IsAttached
    {
        get
        {
            lock (_gate) return _worker is not null;
        }
    }

    /// <summary>Has something done and waits for it. False when the time was over, or the wait cancelled, before the worker began with it: then it is not done.</summary>
    /// <remarks>What the errand throws is thrown here.</remarks>
    public bool Ask(Action<IWorker> what, TimeSpan patience, CancellationToken cancelled)
    {
        var errand = new Errand(what);
        _waiting.Enqueue(errand);
        lock (_gate) _wake();
        return errand.Wait(patience, cancelled);
    }

    /// <summary>Whether the worker answers in this time. Yes before it has begun and after it has ended.</summary>
    public bool IsWorking(TimeSpan patience)
    {
        lock (_gate)
            if (_worker is null) return true;
        return Ask(static _ => { }, patience, CancellationToken.None);
    }

    /// <summary>Does what waits. On the worker's thread, between two events; costs one read when nothing does.</summary>
    public void Run()
    {
        if (_waiting.IsEmpty) return;
        while (_waiting.TryDequeue(out var errand)) errand.Run(_worker!);
    }

    private sealed class Attachment(Errands errands) : IDisposable
    {
        public void Dispose()
        {
            lock (errands._gate) (errands._worker, errands._wake) = (null, static () => { });
        }
    }

    private sealed class Errand(Action<IWorker> what)
    {
        private const int Waiting = 0;
        private const int Begun = 1;
        private const int GivenUp = 2;

        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _state = Waiting;
        private Exception? _failure;

        public void Run(IWorker worker)
        {
            if (Interlocked.CompareExchange(ref _state, Begun, Waiting) != Waiting) return;
            try
            {
                what(worker);
            }
            catch (Exception e)
            {
                _failure = e;
            }
            _done.SetResult();
        }

        public bool Wait(TimeSpan patience, CancellationToken cancelled)
        {
            bool inTime;
            try
            {
                inTime = _done.Task.Wait((int)patience.TotalMilliseconds, cancelled);
            }
            catch (OperationCanceledException)
            {
                inTime = false;
            }
            if (!inTime)
            {
                if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting) return false;
                // The worker is at it: the end is near.
                _done.Task.Wait(CancellationToken.None);
            }
            return _failure is null ? true : throw new InvalidOperationException(_failure.Message, _failure);
        }
    }
}
