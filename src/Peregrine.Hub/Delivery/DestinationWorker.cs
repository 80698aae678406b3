using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Journal;

namespace Peregrine.Hub.Delivery;

/// <summary>
/// Brings what waits in one queue to one destination, and owns what can go wrong on the way: time limits, retries, pauses, expiry, refusals. Up to <see cref="DeliveryOptions.Concurrency"/> batches are under way at
/// once; the queue's confirmed place follows the oldest that is not done, so that a crash repeats deliveries and never skips one.
/// </summary>
public sealed partial class DestinationWorker : IAsyncDisposable
{
    // As many go to the fallback together, where they would be tried one by one: each step syncs the journal.
    private const int FallbackTogether = 500;

    // The least time from one batch's beginning to the next one's, unless that is full: alerts that come one by one, many in a moment, share a request. The first one after a pause goes at once.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly DestinationInstance _instance;
    private readonly IDestination _destination;
    private readonly DestinationQueue _queue;
    private readonly AlertJournal _journal;
    private readonly RecentAlerts _recent;
    private readonly DeadLetters _deadLetters;
    private readonly SecretTexts _secrets;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CircuitBreaker _breaker;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots;
    private readonly BatchQueue _batches;
    private readonly TokenBucketRateLimiter? _rate;
    private Task _run = Task.CompletedTask;
    private long _gatheredAt;

    internal DestinationWorker(DestinationInstance instance, IDestination destination, DestinationQueue queue, AlertJournal journal, RecentAlerts recent, DeadLetters deadLetters, SecretTexts secrets, TimeProvider clock, ILogger log)
    {
        (_instance, _destination, _queue, _journal, _recent, _deadLetters, _secrets, _clock, _log) = (instance, destination, queue, journal, recent, deadLetters, secrets, clock, log);
        _breaker = new CircuitBreaker(instance.Delivery, clock);
        _slots = new SemaphoreSlim(instance.Delivery.Concurrency);
        _rate = instance.Delivery.Rate == 0 ? null : new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / instance.Delivery.Rate),
            QueueLimit = DeliveryOptions.MaxConcurrency,
        });
        _batches = new BatchQueue(queue);
    }

    public DestinationInstance Instance => _instance;

    /// <summary>Takes what could not be delivered; null when there is no fallback. Set before <see cref="Start"/>.</summary>
    internal Func<IReadOnlyList<byte[]>, ValueTask>? Fallback { get; set; }

    /// <summary>What the destination is shown of an alert; null for the alert as it is. Set before <see cref="Start"/>.</summary>
    internal Func<Alert, Alert>? Shown { get; set; }

    public DestinationQueue Queue => _queue;

    public DeadLetters DeadLetters => _deadLetters;

    public DeliveryCounters Counters { get; } = new();

    /// <summary>Whether tries are paused because the last ones all failed.</summary>
    public bool IsBroken => _breaker.IsOpen;

    public void Start() => _run = Task.Run(RunAsync);

    /// <summary>Stops: deliveries under way may end within the limit; what was not confirmed is tried again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _destination.DisposeAsync();
        _stop.Dispose();
        _slots.Dispose();
        _deadLetters.Dispose();
        _queue.Dispose();
        if (_rate is not null) await _rate.DisposeAsync();
    }

    private async Task RunAsync()
    {
        var running = new HashSet<Task>();
        using var reader = _journal.Read(JournalPosition.Start);
        try
        {
            for (var next = _queue.Confirmed; ;)
            {
                await _queue.WaitAsync(next, _stop.Token);
                await _slots.WaitAsync(_stop.Token);
                if (await TryGatherAsync(reader, next) is not { } batch) continue;
                next = batch.End;
                _batches.Begin(batch);
                var delivery = DeliverAsync(batch);
                running.RemoveWhere(t => t.IsCompleted);
                if (!delivery.IsCompleted) running.Add(delivery);
            }
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
        await Task.WhenAll(running);
    }

    /// <summary>Null when the queue could not be read: then its slot is free again, and a pause is over.</summary>
    private async ValueTask<Batch?> TryGatherAsync(JournalReader reader, long from)
    {
        try
        {
            return await GatherAsync(reader, from, _stop.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.QueueFailed(_log, _instance.Name, e.Message);
            _slots.Release();
            await Task.Delay(_instance.Delivery.Backoff, _clock, _stop.Token);
            return null;
        }
    }

    /// <summary>Reads entries from here on as far as one delivery takes them.</summary>
    private async ValueTask<Batch> GatherAsync(JournalReader reader, long from, CancellationToken cancellation)
    {
        var limits = _instance.Delivery.Batch;
        if (_queue.End - from < limits.MaxAlerts && _queue.Bytes < limits.MaxBytes) await WaitForFullAsync(from, limits, cancellation);
        _gatheredAt = _clock.GetTimestamp();
        var most = limits.MaxAlerts == 1 && _breaker.IsGivenUp ? FallbackTogether : limits.MaxAlerts;
        var batch = new Batch(from);
        while (batch.Count < most && batch.End < _queue.End)
        {
            if (_queue.Read(batch.End) is not { } entry)
            {
                batch.Skip(default);
                Counters.AddLost();
                continue;
            }
            if (batch.Count > 0 && batch.Bytes + entry.Bytes > limits.MaxBytes) break;
            if (Load(reader, entry) is { } alert) batch.Add(entry, alert);
            else batch.Skip(entry);
        }
        return batch;
    }

    private async ValueTask WaitForFullAsync(long from, BatchLimits limits, CancellationToken cancellation)
    {
        var most = limits.MaxWait > TimeSpan.Zero ? limits.MaxWait : Gathering - _clock.GetElapsedTime(_gatheredAt);
        if (most <= TimeSpan.Zero) return;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        wait.CancelAfter(most);
        try
        {
            await _queue.WaitAsync(from + limits.MaxAlerts - 1, wait.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It waited long enough.
        }
    }

    private Alert? Load(JournalReader reader, QueueEntry entry)
    {
        try
        {
            var alert = _recent.Find(entry.Position.Sequence) ?? AlertReader.Read(reader.ReadAt(entry.Position).Payload);
            return Shown?.Invoke(alert) ?? alert;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or AlertException)
        {
            Counters.AddLost();
            Log.RecordLost(_log, _instance.Name, entry.Position.Sequence, e.Message);
            return null;
        }
    }

    private async Task DeliverAsync(Batch batch)
    {
        try
        {
            var delivery = new BatchDelivery(this, batch);
            while (!await TryToEndAsync(delivery)) await Task.Delay(_instance.Delivery.MaxBackoff, _clock, _stop.Token);
            _batches.Done(batch);
        }
        catch (OperationCanceledException)
        {
            // Not confirmed: it is tried again at the next start.
            _breaker.Left();
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>False when the dead letters could not be written: what is not on disk must not leave the queue.</summary>
    private async ValueTask<bool> TryToEndAsync(BatchDelivery delivery)
    {
        try
        {
            await delivery.RunAsync(_stop.Token);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.QueueFailed(_log, _instance.Name, e.Message);
            return false;
        }
    }

    /// <summary>One batch on its way: tried until each of its alerts is delivered, refused or too old, or handed to the fallback because nothing has worked for too long.</summary>
    private sealed class BatchDelivery(DestinationWorker worker, Batch batch)
    {
        private List<(QueueEntry Entry, Alert Alert)> _left = [.. batch.Alerts];

        // After a refusal of several together each half is tried alone, so that one alert that cannot be delivered does not cost the others.
        private int _most = worker._instance.Delivery.Batch.MaxAlerts;

        public async Task RunAsync(CancellationToken cancellation)
        {
            while (true)
            {
                await DropAsync();
                if (_left.Count == 0) return;
                if (!await worker._breaker.EnterAsync(cancellation))
                {
                    await FallBackAsync();
                    return;
                }
                if (worker._rate is { } rate) await rate.AcquireAsync(1, cancellation);
                var part = _left.Count > _most ? _left[.._most] : _left;
                await TakeAsync(part, await TryAsync([.. part.Select(p => p.Alert)], cancellation));
            }
        }

        private async ValueTask<DeliveryResult> TryAsync(List<Alert> alerts, CancellationToken cancellation)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(worker._instance.Delivery.Timeout);
            try
            {
                return await worker._destination.DeliverAsync(alerts, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return DeliveryResult.Retry($"no answer within {worker._instance.Delivery.Timeout.TotalSeconds:0.###} s");
            }
            catch (Templates.TemplateException e)
            {
                // It would fail the same way for ever.
                return DeliveryResult.Rejected(e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever a client library throws is this destination's failure alone; nothing it throws may end the worker.
                return DeliveryResult.Retry(e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message}: {inner.Message}" : e.Message);
            }
        }

        private async ValueTask TakeAsync(List<(QueueEntry Entry, Alert Alert)> part, DeliveryResult result)
        {
            var counters = worker.Counters;
            if (result.All.Outcome == DeliveryOutcome.Retry) worker._breaker.Failed(result.After);
            else worker._breaker.Succeeded();
            counters.LastError = worker._secrets.Hide(result.All.Reason);
            if (result is { Items: null, All.Outcome: DeliveryOutcome.Rejected } && part.Count > 1)
            {
                _most = part.Count / 2;
                return;
            }
            var again = new List<(QueueEntry Entry, Alert Alert)>();
            for (var i = 0; i < part.Count; i++)
            {
                var item = result[i];
                if (item.Outcome == DeliveryOutcome.Delivered) counters.AddDelivered(1);
                else if (item.Outcome == DeliveryOutcome.Retry) again.Add(part[i]);
                else await BuryAsync(part[i].Alert, worker._secrets.Hide(item.Reason), counters.AddRejected);
            }
            counters.AddRetries(again.Count);
            if (again.Count > 0) Log.Retry(worker._log, worker._instance.Name, again.Count, counters.LastError);
            _left = [.. again, .. _left.Skip(part.Count)];
        }

        // What became too old, or is too much, before the next try.
        private async ValueTask DropAsync()
        {
            var (options, now) = (worker._instance.Delivery, worker._clock.GetUtcNow());
            if (options.Expiry > TimeSpan.Zero)
            {
                var oldest = (now - options.Expiry).ToUnixTimeMilliseconds();
                foreach (var (_, alert) in _left.Where(l => l.Entry.QueuedAt < oldest)) await BuryAsync(alert, $"older than {options.Expiry}, last error: {worker.Counters.LastError}", worker.Counters.AddExpired);
                _left.RemoveAll(l => l.Entry.QueuedAt < oldest);
            }
            if (worker._queue.Bytes <= options.MaxBytes) return;
            foreach (var (_, alert) in _left) await BuryAsync(alert, $"more than {options.MaxBytes} bytes wait, last error: {worker.Counters.LastError}", worker.Counters.AddOverflowed);
            _left = [];
        }

        // Handed over whole, so that nothing of it waits here and comes a second time when the destination is back.
        private async ValueTask FallBackAsync()
        {
            await worker.Fallback!([.. _left.Select(l => l.Alert.ToJson())]);
            worker.Counters.AddFallenBack(_left.Count);
            Log.FellBack(worker._log, worker._instance.Name, _left.Count, worker._instance.Delivery.Fallback, worker.Counters.LastError);
            _left = [];
        }

        private async ValueTask BuryAsync(Alert alert, string reason, Action count)
        {
            var json = alert.ToJson();
            if (worker.Fallback is { } fallback) await fallback([json]);
            worker._deadLetters.Add(json, reason);
            count();
            Log.Buried(worker._log, worker._instance.Name, alert.Rule, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Destination}: {Alerts} alerts wait for another try: {Reason}")]
        public static partial void Retry(ILogger log, string destination, int alerts, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Destination}: an alert of rule '{Rule}' went to the dead letters: {Reason}")]
        public static partial void Buried(ILogger log, string destination, string rule, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Destination}: {Alerts} alerts go to the fallback '{Fallback}', since nothing works: {Reason}")]
        public static partial void FellBack(ILogger log, string destination, int alerts, string fallback, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Destination}: record {Sequence} of the journal cannot be read, and is counted as lost: {Reason}")]
        public static partial void RecordLost(ILogger log, string destination, long sequence, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Destination}: the queue cannot be used: {Reason}")]
        public static partial void QueueFailed(ILogger log, string destination, string reason);
    }
}
