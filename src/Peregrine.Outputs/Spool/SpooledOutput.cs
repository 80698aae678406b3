namespace Peregrine.Outputs;

/// <summary>
/// An output behind a spool on disk: 1 what its queue hands over is appended to the spool and kept by the disk; 2 a thread of its own reads it back in order, tries to deliver it for as long as
/// it takes, and notes down how far it came. So nothing is lost while the other side is away, nor when the sensor is ended or killed; after that some alerts may be delivered twice.
/// </summary>
public sealed class SpooledOutput : IAlertOutput, IDeliveryTally
{
    /// <summary>Fewest alerts that are read back at once. How far delivery came is noted down after each batch: a kill has no more of them delivered twice.</summary>
    private const int ReadBatch = 8;

    /// <summary>How long a spool that cannot be opened or read is left alone.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();

    /// <summary>Held while the spool is opened, which reads all of it; who counts does not wait for that.</summary>
    private readonly Lock _opening = new();
    private readonly IAlertOutput _output;
    private readonly SpoolOptions _options;
    private readonly OutputLog _log;
    private readonly Courier _courier;
    private readonly AutoResetEvent _appended = new(false);
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Thread _thread;
    private SpoolStore? _store;
    private long _recovered, _delivered, _retried;
    private AlertLossCounts _lost;
    private volatile bool _stopping;

    /// <param name="output">Where the alerts go in the end; owned from here on.</param>
    /// <param name="options">The spool.</param>
    /// <param name="retry">The pauses between attempts; their number has no limit.</param>
    /// <param name="log">Told about failures.</param>
    public SpooledOutput(IAlertOutput output, SpoolOptions options, RetryOptions retry, OutputLog log)
    {
        (_output, _options, _log) = (output, options, log);
        _courier = new Courier(output, retry with { MaxUnreachable = 0, MaxUncertain = 0 }, this, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "spool " + output.Name };
        _thread.Start();
    }

    public string Name => _output.Name;

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        report.Delivered = Opened().Append(alerts);
        if (report.Delivered > 0) _appended.Set();
        if (report.Delivered < alerts.Length) throw new SpoolFullException($"the spool in {_options.Folder} is full");
    }

    public OutputCounters Count(OutputCounters queue)
    {
        lock (_gate)
        {
            return queue with
            {
                Recovered = _recovered,
                Delivered = _delivered,
                Retried = queue.Retried + _retried,
                Lost = queue.Lost + _lost,
                Waiting = queue.Offered + _recovered - _delivered - queue.Lost.Total - _lost.Total,
                SpoolBytes = _store?.Bytes ?? 0,
                SpoolCapacityBytes = _options.MaxBytes,
            };
        }
    }

    public void Flush()
    {
    }

    public void Reopen() => _output.Reopen();

    public void Abort()
    {
        _abandoned.Cancel();
        _output.Abort();
    }

    /// <summary>Delivers what it has while the other side takes it, until <see cref="Abort"/>; the rest stays in the spool.</summary>
    public void Dispose()
    {
        _stopping = true;
        _appended.Set();
        if (_courier.IsFailing) Abort();
        _thread.Join();
        _store?.Dispose();
        _output.Dispose();
        _appended.Dispose();
    }

    void IDeliveryTally.Settled(int count)
    {
        lock (_gate) _delivered += count;
        _courier.Guard(() => _store!.Acknowledge(count));
    }

    void IDeliveryTally.Lost(AlertLoss reason)
    {
        lock (_gate) _lost += AlertLossCounts.Of(reason, 1);
        _courier.Guard(() => _store!.Acknowledge(1));
    }

    void IDeliveryTally.Retrying()
    {
        lock (_gate) _retried++;
        // While the sensor ends nobody waits for the end of an outage: the spool keeps what is left.
        if (_stopping) _abandoned.Cancel();
    }

    private SpoolStore Opened()
    {
        lock (_opening)
        {
            if (_store is { } open) return open;
            try
            {
                var store = SpoolStore.Open(_options);
                lock (_gate) (_store, _recovered) = (store, store.Recovered);
                return store;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DeliveryException(DeliveryFailure.Unreachable, $"cannot use the spool in {_options.Folder}: {e.Message}", e);
            }
        }
    }

    private void Run()
    {
        var batch = new Alert[Math.Max(ReadBatch, _output.BatchSize)];
        while (!_abandoned.IsCancellationRequested)
        {
            var count = -1;
            _courier.Guard(() => count = Read(batch));
            if (count > 0)
            {
                _courier.Deliver(batch.AsMemory(0, count), _abandoned.Token);
                continue;
            }
            if (_stopping) break;
            if (count == 0) _courier.Guard(_store!.Sync);
            _appended.WaitOne(count == 0 ? Timeout.InfiniteTimeSpan : Pause);
        }
    }

    private int Read(Alert[] batch)
    {
        var store = Opened();
        var count = store.Read(batch);
        var damaged = store.TakeDamaged();
        if (damaged == 0) return count;
        lock (_gate) _lost += AlertLossCounts.Of(AlertLoss.SpoolDamaged, damaged);
        _log.Warning($"output {Name}: {damaged} alerts in the spool in {_options.Folder} were damaged and are lost");
        return count;
    }
}
