using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Journal;

namespace Peregrine.Hub.Routing;

/// <summary>
/// Reads the journal and puts what the plan decides into the queues. How far it came is written down once a second at most, after the queues are synced (the journal's own syncs, which senders wait for, have the disk for the rest of
/// the time): what a crash repeats, the queues recognise (<see cref="QueueEntry.Source"/>).
/// What windows hold is not left behind: the place is kept before the oldest alert that waits in one. Open alerts are saved between the queues and the place.
/// </summary>
public sealed partial class AlertRouter : IAsyncDisposable
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    // Under load a step for every sync of the journal would cost more than what it routes; the first alert after a pause is routed at once.
    private static readonly TimeSpan StepInterval = TimeSpan.FromMilliseconds(5);

    // Most alerts of the hub's own that are appended together: a bound on memory, not on time.
    private const int MadeTogether = 1000;

    // Timers take no more than some weeks, and the clock may be set meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly AlertJournal _journal;
    private readonly RecentAlerts _recent;
    private readonly IReadOnlyDictionary<string, DestinationQueue> _queues;
    private readonly RoutePlan _plan;
    private readonly RouterCheckpoint _checkpoint;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<RoutedAlert> _out = [];

    // What the plan decided and is not in its queue yet: more than one step's worth only while the disk refuses.
    private readonly Queue<(RoutedAlert Routed, JournalRecord Record, long Source)> _pending = new();
    private readonly Queue<(long Sequence, JournalPosition Position)> _marks = new();
    private JournalPosition _position;
    private Task _run = Task.CompletedTask;
    private long _written;
    private long _checkpointAt;
    private (long Read, long Held) _saved;
    private bool _isUrgent;

    public AlertRouter(AlertJournal journal, RecentAlerts recent, IReadOnlyDictionary<string, DestinationQueue> queues, RoutePlan plan, string checkpointFile, TimeProvider clock, ILogger log)
    {
        (_journal, _recent, _queues, _plan, _clock, _log) = (journal, recent, queues, plan, clock, log);
        _checkpoint = new RouterCheckpoint(checkpointFile);
        _position = _checkpoint.Read() is { } known && known.Sequence >= journal.Begin.Sequence ? known : journal.Begin;
        _written = _position.Sequence;
    }

    public RoutePlan Plan => _plan;

    /// <summary>Alerts that wait to be routed.</summary>
    public long Lag => _journal.End.Sequence - Interlocked.Read(ref _written);

    /// <summary>Records before this one are not needed any more, neither here nor after a crash.</summary>
    public long SafeSequence { get; private set; }

    public void Start() => _run = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var reader = _journal.Read(_position);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var start = _clock.GetTimestamp();
                await StepAsync(reader);
                if (UntilCheckpoint(reader.Position) <= TimeSpan.Zero) WriteCheckpoint(reader.Position);
                if (_journal.End.Sequence > reader.Position.Sequence) continue;
                await WaitAsync(reader.Position);
                if (_clock.GetElapsedTime(start) < StepInterval) await Task.Delay(StepInterval, _clock, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception e)
            {
                // The disk is full or ill: what was decided waits, and is put where it belongs before anything else. Whatever else it is, alerts go on.
                Log.Failed(_log, e is IOException or UnauthorizedAccessException or InvalidDataException ? e.Message : e.ToString());
                await Task.Delay(CheckpointInterval, _clock, CancellationToken.None);
            }
        }
        Finish(reader.Position);
    }

    private void Finish(JournalPosition read)
    {
        try
        {
            WriteCheckpoint(read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The place of before stands: what came since is routed again after the next start.
            Log.Failed(_log, e.Message);
        }
    }

    /// <summary>Routes some records, and what windows give by now.</summary>
    private async ValueTask StepAsync(JournalReader reader)
    {
        // What an ill disk did not take goes before all else.
        await PutPendingAsync();
        foreach (var queue in _queues.Values) queue.Write();
        for (var i = 0; i < 1000 && reader.TryRead(out var record); i++)
        {
            if (record.Kind == JournalRecordKind.Alert) Route(record);
            if (_pending.Count > 0) await PutPendingAsync();
            Interlocked.Exchange(ref _written, record.Position.Sequence + 1);
        }
        _out.Clear();
        _plan.End(_clock.GetUtcNow(), _out);
        foreach (var routed in _out) _pending.Enqueue((routed, default, reader.Position.Sequence - 1));
        await PutPendingAsync();
        foreach (var queue in _queues.Values) queue.Write();
    }

    private void Route(JournalRecord record)
    {
        Alert alert;
        try
        {
            alert = _recent.Find(record.Position.Sequence) ?? AlertReader.Read(record.Payload);
        }
        catch (AlertException e)
        {
            Log.Unreadable(_log, record.Position.Sequence, e.Message);
            return;
        }
        _out.Clear();
        _plan.Route(alert, record.Position.Sequence, _clock.GetUtcNow(), _out);
        if (_plan.OldestHeld > 0) _marks.Enqueue((record.Position.Sequence, record.Position));
        foreach (var routed in _out) _pending.Enqueue((routed, record, record.Position.Sequence));
    }

    // The plan has counted them already, so that they must not be routed a second time: each leaves the row when it is in its queue.
    private async ValueTask PutPendingAsync()
    {
        while (_pending.TryPeek(out var next))
        {
            if (next.Routed.Alert is not null)
            {
                await PutMadeAsync();
                continue;
            }
            var (routed, record, source) = next;
            if (source > _queues[routed.Destination].LastSource) Put(routed, record.Position, record.Payload.Length, source);
            _pending.Dequeue();
        }
    }

    // What the hub made stands in the journal like all else, so that queues hold references alone. What is due together is appended together: a thousand escalations share a sync.
    private async ValueTask PutMadeAsync()
    {
        var made = _pending.TakeWhile(static p => p.Routed.Alert is not null).Take(MadeTogether).Select(static p => p.Routed.Alert!.ToJson()).ToList();
        var positions = await _journal.AppendAsync(made, JournalRecordKind.Derived);
        foreach (var (position, json) in positions.Zip(made))
        {
            var (routed, _, source) = _pending.Peek();
            Put(routed, position, json.Length, source);
            _pending.Dequeue();
        }
        // A crash would make them anew, so the place behind them is written down at once.
        _isUrgent = true;
    }

    private void Put(RoutedAlert routed, JournalPosition position, int length, long source) =>
        _queues[routed.Destination].Append(new QueueEntry(position, RecordFormat.Length(length), source, _clock.GetUtcNow().ToUnixTimeMilliseconds()));

    // Null when all is written down.
    private TimeSpan? UntilCheckpoint(JournalPosition read) =>
        _saved.Read == 0 || _isUrgent ? TimeSpan.Zero : _saved == (read.Sequence, _plan.OldestHeld) && !_plan.Open.HasChanges ? null : CheckpointInterval - _clock.GetElapsedTime(_checkpointAt);

    private async ValueTask WaitAsync(JournalPosition position)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var pause = UntilCheckpoint(position);
        if (_plan.NextEnd is { } end && end - _clock.GetUtcNow() is var left && !(left > pause)) pause = left;
        if (pause is { } limit) wait.CancelAfter(TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds, 1, LongestWait.TotalMilliseconds)));
        try
        {
            await _journal.WaitForMoreAsync(position, wait.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // A window ends, an escalation is due, or it is time to write down how far it came.
        }
    }

    private void WriteCheckpoint(JournalPosition read)
    {
        (_checkpointAt, _isUrgent) = (_clock.GetTimestamp(), false);
        // The place of before still covers what could not be put into a queue.
        if (_pending.Count > 0) return;
        foreach (var queue in _queues.Values) queue.Flush();
        _plan.Open.Save(read.Sequence - 1);
        var held = _plan.OldestHeld;
        while (_marks.Count > 0 && (held == 0 || _marks.Peek().Sequence < held)) _marks.Dequeue();
        var position = held > 0 && _marks.Count > 0 ? _marks.Peek().Position : read;
        if (position != _position || SafeSequence == 0) _checkpoint.Write(position);
        (_position, _saved) = (position, (read.Sequence, held));
        SafeSequence = position.Sequence;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "alerts cannot be routed, the same ones are tried again: {Reason}")]
        public static partial void Failed(ILogger log, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "record {Sequence} of the journal is no alert: {Reason}")]
        public static partial void Unreadable(ILogger log, long sequence, string reason);
    }
}
