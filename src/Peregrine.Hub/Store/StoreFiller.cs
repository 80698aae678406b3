using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Journal;

namespace Peregrine.Hub.Store;

/// <summary>
/// Brings the journal into the store, in large groups, each alert once; removes what retention does not keep. While the store cannot be used alerts wait in the journal, up to a bound of bytes, and it is tried again with
/// pauses that grow.
/// </summary>
public sealed partial class StoreFiller : IAsyncDisposable
{
    private const int GroupSize = 2000;
    private const long GroupBytes = 16 * 1024 * 1024;

    // As long as alerts come in and the store is no further behind than this, it leaves three times as much time to senders and destinations as it takes for itself.
    private const long Patience = 200_000;
    private const int Courtesy = 3;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);

    private readonly AlertJournal _journal;
    private readonly RecentAlerts _recent;
    private readonly IAlertStore _store;
    private readonly StoreRetention _retention;
    private readonly StoreHealth _health;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private JournalPosition _stored;
    private long _position;
    private long _pruned;

    public StoreFiller(AlertJournal journal, RecentAlerts recent, IAlertStore store, StoreRetention retention, SecretTexts secrets, TimeProvider clock, ILogger log)
    {
        (_journal, _recent, _store, _retention, _clock, _log) = (journal, recent, store, retention, clock, log);
        _health = new StoreHealth(store.Description, secrets, log);
    }

    /// <summary>The number behind the last record that the store has.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>How the store fares.</summary>
    public StoreHealth Health => _health;

    public void Start() => _run = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        JournalReader? reader = null;
        _pruned = _clock.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_stored == default) MoveTo(await FirstAsync());
                reader ??= _journal.Read(_stored);
                await _store.PrepareAsync(_stop.Token);
                // Whether it takes alerts is known when it has taken those that wait.
                if (_journal.End.Sequence == reader.Position.Sequence) _health.Works();
                await FillAsync(reader);
                await PruneAsync();
                if (GiveUpOldest()) Close();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException or System.Data.Common.DbException or OperationCanceledException)
            {
                var pause = _health.Failed(e.Message);
                // What was read and not stored is read again.
                Close();
                GiveUpOldest();
                await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        Close();

        void Close()
        {
            reader?.Dispose();
            reader = null;
        }
    }

    // Records that the store has are passed over; those of earlier segments without a look.
    private async ValueTask<JournalPosition> FirstAsync()
    {
        var known = await _store.ReadPositionAsync(_stop.Token);
        using var reader = _journal.Read(_journal.SegmentOf(known));
        while (reader.Position.Sequence < known && reader.TryRead(out _))
        {
        }
        return reader.Position;
    }

    private async ValueTask FillAsync(JournalReader reader)
    {
        if (!await MoreAsync(reader.Position)) return;
        // What comes in the next moment shares a transaction.
        if (_journal.End.Sequence - reader.Position.Sequence < GroupSize) await Task.Delay(Gathering, _clock, _stop.Token);
        var (start, end) = (_clock.GetTimestamp(), _journal.End.Sequence);
        var (group, bytes) = (new List<StoredAlert>(), 0L);
        while (group.Count < GroupSize && bytes < GroupBytes && reader.TryRead(out var record))
        {
            if (record.Kind != JournalRecordKind.Alert || Parse(record) is not { } alert) continue;
            group.Add(new StoredAlert(record.Position.Sequence, alert, record.Payload));
            bytes += record.Payload.Length;
        }
        await _store.AddAsync(group, reader.Position.Sequence, _stop.Token);
        _health.Works();
        MoveTo(reader.Position);
        if (_journal.End.Sequence > end && _journal.End.Sequence - reader.Position.Sequence is >= GroupSize and < Patience) await Task.Delay(Courtesy * _clock.GetElapsedTime(start), _clock, _stop.Token);
    }

    // Waits for more; false when it is time to look at retention first.
    private async ValueTask<bool> MoreAsync(JournalPosition position)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var left = PruneInterval - _clock.GetElapsedTime(_pruned);
        end.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            await _journal.WaitForMoreAsync(position, end.Token);
            return true;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async ValueTask PruneAsync()
    {
        if (_clock.GetElapsedTime(_pruned) < PruneInterval) return;
        _pruned = _clock.GetTimestamp();
        await _store.PruneAsync(_retention.Age > TimeSpan.Zero ? _clock.GetUtcNow() - _retention.Age : null, _retention.Bytes, _stop.Token);
    }

    // A store that stays away, or is too slow for long, must not fill the disk, which would stop the way in.
    private bool GiveUpOldest()
    {
        if (_retention.Backlog == 0 || _stored == default) return false;
        var from = _stored;
        while (_journal.BytesFrom(_stored) > _retention.Backlog && _journal.SegmentAfter(_stored) is { } next) MoveTo(next);
        if (_stored == from) return false;
        _health.GaveUp(_stored.Sequence - from.Sequence);
        Log.GaveUp(_log, _stored.Sequence - from.Sequence, _retention.Backlog);
        return true;
    }

    private void MoveTo(JournalPosition position)
    {
        _stored = position;
        Interlocked.Exchange(ref _position, position.Sequence);
    }

    private Alert? Parse(JournalRecord record)
    {
        try
        {
            return _recent.Find(record.Position.Sequence) ?? AlertReader.Read(record.Payload);
        }
        catch (AlertException)
        {
            // The router reports it.
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Alerts} alerts are not stored: more than {Bytes} bytes wait for the store (retention.backlog), and the oldest are given up; destinations get them all the same")]
        public static partial void GaveUp(ILogger log, long alerts, long bytes);
    }
}

/// <summary>What the store keeps, and what may wait for it.</summary>
/// <param name="Age">How long alerts are kept; zero for ever.</param>
/// <param name="Bytes">Most bytes of the store; 0 for no limit.</param>
/// <param name="Backlog">Most bytes of the journal that wait for the store; 0 for no limit.</param>
public sealed record StoreRetention(TimeSpan Age, long Bytes, long Backlog);
