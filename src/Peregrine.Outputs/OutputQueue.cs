using System.Diagnostics;

namespace Peregrine.Outputs;

/// <summary>
/// A bounded queue before one output, and the thread that empties it. An output that hangs or fails fills its own queue and nothing else.
/// </summary>
public sealed class OutputQueue : IDisposable
{
    /// <summary>Most alerts handed to the output at once: enough to share the cost of a write, few enough to stop soon.</summary>
    private const int BatchSize = 256;

    private static readonly TimeSpan IdleFlush = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly IAlertOutput _output;
    private readonly FullQueuePolicy _policy;
    private readonly Action<string> _complain;
    private readonly Queue<Alert> _waiting = new();
    private readonly Thread _thread;
    private readonly int _capacity;
    private long _offered, _delivered, _failed, _dropped;
    private int _underWay;
    private bool _stopping, _abandoned, _reopen, _closed;
    private long _busySince;
    private long _lastComplaint = long.MinValue;
    private bool _reportedStuck;

    /// <param name="output">The output; the queue owns it from here on.</param>
    /// <param name="capacity">Most alerts that wait.</param>
    /// <param name="policy">What happens when that many wait.</param>
    /// <param name="complain">Told about failures, at most one line in ten seconds; called on the queue's thread.</param>
    public OutputQueue(IAlertOutput output, int capacity, FullQueuePolicy policy, Action<string> complain)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (_output, _capacity, _policy, _complain) = (output, capacity, policy, complain);
        _thread = new Thread(Run) { IsBackground = true, Name = "output " + output.Name };
        _thread.Start();
    }

    public string Name => _output.Name;

    /// <summary>What the output was made from, compared by value; null for one that is like no other.</summary>
    public object? Settings { get; init; }

    /// <summary>Gives the output an alert. False when it was dropped. Never blocks unless the policy is <see cref="FullQueuePolicy.Wait"/>.</summary>
    public bool Offer(Alert alert)
    {
        lock (_gate)
        {
            _offered++;
            if (_waiting.Count + _underWay >= _capacity && !MakeRoom())
            {
                _dropped++;
                return false;
            }
            _waiting.Enqueue(alert);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Has the output open its file or connection anew before the next alert.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _reopen = true;
            Monitor.PulseAll(_gate);
        }
    }

    public OutputCounters Counters
    {
        get
        {
            lock (_gate) return new OutputCounters(Name, _offered, _delivered, _failed, _dropped, _waiting.Count + _underWay, _capacity);
        }
    }

    /// <summary>For how long the delivery under way has lasted; zero when there is none.</summary>
    public TimeSpan Busy
    {
        get
        {
            lock (_gate) return _underWay == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_busySince);
        }
    }

    /// <summary>Says once per spell that one delivery has lasted for longer than it may. For one caller.</summary>
    internal void ReportStuck(TimeSpan patience, Action<string> complain)
    {
        var stuck = Busy > patience;
        if (stuck && !_reportedStuck)
        {
            var counters = Counters;
            complain($"output {Name}: no progress for {patience.TotalMilliseconds:0} ms; its alerts wait in its queue ({counters.Waiting} of {counters.Capacity})");
        }
        _reportedStuck = stuck;
    }

    /// <summary>Takes no more alerts, delivers what waits for at most <paramref name="patience"/>, then gives up on the rest, which count as dropped.</summary>
    public bool Stop(TimeSpan patience)
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        if (_thread.Join(patience)) return true;
        lock (_gate)
        {
            _abandoned = true;
            _dropped += _waiting.Count;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
        _output.Abort();
        if (_thread.Join(TimeSpan.FromMilliseconds(200))) return false;
        lock (_gate)
        {
            // The delivery under way does not come back: nobody will know its end.
            _closed = true;
            _dropped += _underWay;
            _underWay = 0;
        }
        return false;
    }

    public void Dispose() => Stop(TimeSpan.FromSeconds(2));

    private bool MakeRoom()
    {
        if (_stopping) return false;
        switch (_policy)
        {
            case FullQueuePolicy.Wait:
                while (_waiting.Count + _underWay >= _capacity && !_stopping) Monitor.Wait(_gate);
                return !_stopping;
            case FullQueuePolicy.DropOldest when _waiting.Count > 0:
                _waiting.Dequeue();
                _dropped++;
                return true;
            default:
                return false;
        }
    }

    private void Run()
    {
        var batch = new Alert[BatchSize];
        var flushed = true;
        try
        {
            while (true)
            {
                int count;
                bool reopen, idle;
                lock (_gate)
                {
                    idle = false;
                    while (_waiting.Count == 0 && !_stopping && !_reopen && !idle)
                        idle = !Monitor.Wait(_gate, flushed ? Timeout.InfiniteTimeSpan : IdleFlush) && !flushed;
                    if (_waiting.Count == 0 && _stopping) break;
                    (reopen, _reopen) = (_reopen, false);
                    count = TakeBatch(batch);
                }
                if (reopen) Guarded(_output.Reopen);
                if (idle) Guarded(_output.Flush);
                flushed = count == 0 && (idle || flushed);
                if (count > 0) DeliverBatch(batch.AsSpan(0, count));
            }
            Guarded(_output.Flush);
        }
        finally
        {
            Guarded(_output.Dispose);
        }
    }

    private int TakeBatch(Alert[] batch)
    {
        var count = 0;
        while (count < batch.Length && _waiting.TryDequeue(out var alert)) batch[count++] = alert;
        _underWay = count;
        _busySince = Stopwatch.GetTimestamp();
        return count;
    }

    private void DeliverBatch(Span<Alert> batch)
    {
        var report = default(DeliveryReport);
        // A failure costs the alert it befell; those after it are tried on their own.
        for (var done = 0; done < batch.Length;)
        {
            report.Delivered = 0;
            try
            {
                _output.Deliver(batch[done..], ref report);
                report.Delivered = batch.Length - done;
                Settle(report.Delivered, 0);
                done = batch.Length;
            }
            catch (Exception e)
            {
                // Whatever an output's library throws, it must end neither the thread nor the sensor.
                Settle(report.Delivered, 1);
                done += report.Delivered + 1;
                Complain(e);
                if (IsAbandoned) break;
            }
        }
        batch.Clear();
        lock (_gate)
        {
            _dropped += _underWay;
            _underWay = 0;
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsAbandoned
    {
        get
        {
            lock (_gate) return _abandoned;
        }
    }

    private void Settle(int delivered, int failed)
    {
        lock (_gate)
        {
            if (_closed) return;
            _delivered += delivered;
            _failed += failed;
            _underWay -= delivered + failed;
            _busySince = Stopwatch.GetTimestamp();
            if (_policy == FullQueuePolicy.Wait) Monitor.PulseAll(_gate);
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Complain(e);
        }
    }

    private void Complain(Exception e)
    {
        var now = Environment.TickCount64;
        if (_lastComplaint != long.MinValue && now - _lastComplaint < 10_000) return;
        _lastComplaint = now;
        _complain($"output {Name}: {e.Message}");
    }
}
