using System.Diagnostics;

namespace Peregrine.Outputs;

/// <summary>
/// A bounded queue before one output, and the thread that empties it. An output that hangs or fails fills its own queue and nothing else.
/// </summary>
public sealed class OutputQueue : IDisposable, IDeliveryTally
{
    private static readonly TimeSpan IdleFlush = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly IAlertOutput _output;
    private readonly QueueOptions _options;
    private readonly Courier _courier;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly AlertRing _waiting = new();
    private readonly Alert[] _batch;
    private readonly Thread _thread;
    private long _offered, _delivered, _retried;
    private AlertLossCounts _lost;
    private int _underWay;
    private bool _stopping, _reopen, _closed;
    private long _busySince;
    private bool _reportedStuck;

    /// <param name="output">The output; the queue owns it from here on.</param>
    /// <param name="options">The queue's bounds, and when deliveries are tried again.</param>
    /// <param name="log">Told about failures; called on the queue's thread.</param>
    public OutputQueue(IAlertOutput output, QueueOptions options, OutputLog log)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Capacity);
        (_output, _options) = (output, options);
        _batch = new Alert[output.BatchSize];
        _courier = new Courier(output, options.Retry, this, log);
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
            if (!MakeRoom(alert))
            {
                _lost += AlertLossCounts.Of(_stopping ? AlertLoss.Shutdown : AlertLoss.QueueFull, 1);
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
            lock (_gate)
            {
                return _output.Count(new OutputCounters(Name)
                {
                    Offered = _offered,
                    Delivered = _delivered,
                    Retried = _retried,
                    Lost = _lost,
                    Waiting = _waiting.Count + _underWay,
                    Queued = _waiting.Count + _underWay,
                    Capacity = _options.Capacity,
                    QueuedBytes = _waiting.Bytes,
                    CapacityBytes = _options.CapacityBytes,
                });
            }
        }
    }

    /// <summary>For how long nothing has come of the delivery under way; zero when there is none.</summary>
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
            complain($"output {Name}: no progress for {patience.TotalMilliseconds:0} ms; its alerts wait in its queue ({counters.Queued} of {counters.Capacity})");
        }
        _reportedStuck = stuck;
    }

    /// <summary>Takes no more alerts, delivers what waits for at most <paramref name="patience"/>, then gives up on the rest, which count as lost.</summary>
    public bool Stop(TimeSpan patience)
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        if (_thread.Join(patience)) return true;
        _abandoned.Cancel();
        lock (_gate)
        {
            _lost += AlertLossCounts.Of(AlertLoss.Shutdown, _waiting.Count);
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
        _output.Abort();
        if (_thread.Join(TimeSpan.FromMilliseconds(200))) return false;
        lock (_gate)
        {
            // The delivery under way does not come back: nobody will know its end.
            _closed = true;
            LoseUnderWay();
        }
        return false;
    }

    public void Dispose() => Stop(TimeSpan.FromSeconds(2));

    void IDeliveryTally.Settled(int count) => Settle(count, null);

    void IDeliveryTally.Lost(AlertLoss reason) => Settle(1, reason);

    void IDeliveryTally.Retrying()
    {
        bool reopen;
        lock (_gate)
        {
            if (!_closed) _retried++;
            (reopen, _reopen) = (_reopen, false);
        }
        // Whoever moved the file away need not wait for the end of an outage.
        if (reopen) _courier.Guard(_output.Reopen);
    }

    private void Settle(int count, AlertLoss? loss)
    {
        lock (_gate)
        {
            if (_closed) return;
            if (loss is { } reason) _lost += AlertLossCounts.Of(reason, count);
            else _delivered += count;
            _underWay -= count;
            _busySince = Stopwatch.GetTimestamp();
            if (_options.WhenFull == FullQueuePolicy.Wait) Monitor.PulseAll(_gate);
        }
    }

    private bool Fits(Alert alert)
    {
        var waiting = _waiting.Count + _underWay;
        return waiting == 0 || (waiting < _options.Capacity && _waiting.Bytes + alert.Weight <= _options.CapacityBytes);
    }

    private bool MakeRoom(Alert alert)
    {
        if (_stopping) return false;
        if (Fits(alert)) return true;
        switch (_options.WhenFull)
        {
            case FullQueuePolicy.Wait:
                while (!Fits(alert) && !_stopping) Monitor.Wait(_gate);
                return !_stopping;
            case FullQueuePolicy.DropOldest:
                while (!Fits(alert) && _waiting.TryDequeue(out _)) _lost += AlertLossCounts.Of(AlertLoss.QueueFull, 1);
                return Fits(alert);
            default:
                return false;
        }
    }

    private void Run()
    {
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
                    count = TakeBatch();
                }
                if (reopen) _courier.Guard(_output.Reopen);
                if (idle) _courier.Guard(_output.Flush);
                flushed = count == 0 && (idle || flushed);
                if (count > 0) DeliverBatch(count);
            }
            _courier.Guard(_output.Flush);
        }
        finally
        {
            _courier.Guard(_output.Dispose);
        }
    }

    private int TakeBatch()
    {
        var count = 0;
        while (count < _batch.Length && _waiting.TryDequeue(out var alert)) _batch[count++] = alert;
        _underWay = count;
        _busySince = Stopwatch.GetTimestamp();
        return count;
    }

    private void DeliverBatch(int count)
    {
        _courier.Deliver(_batch.AsMemory(0, count), _abandoned.Token);
        Array.Clear(_batch);
        lock (_gate)
        {
            LoseUnderWay();
            Monitor.PulseAll(_gate);
        }
    }

    private void LoseUnderWay()
    {
        _lost += AlertLossCounts.Of(AlertLoss.Shutdown, _underWay);
        _underWay = 0;
    }
}
