using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Journal;

namespace Peregrine.Hub.Store;

/// <summary>Brings the journal into the store, in large groups; each alert once, since the store keeps how far it came in the same transaction. Removes what retention does not keep.</summary>
public sealed partial class StoreFiller : IAsyncDisposable
{
    private const int GroupSize = 2000;

    // As long as the store is no further behind than this, it leaves as much time to senders and destinations as it takes for itself.
    private const long Patience = 200_000;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly AlertJournal _journal;
    private readonly RecentAlerts _recent;
    private readonly IAlertStore _store;
    private readonly (TimeSpan Age, long Bytes) _retention;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private long _position;

    public StoreFiller(AlertJournal journal, RecentAlerts recent, IAlertStore store, TimeSpan maxAge, long maxBytes, TimeProvider clock, ILogger log)
    {
        (_journal, _recent, _store, _clock, _log) = (journal, recent, store, clock, log);
        _retention = (maxAge, maxBytes);
    }

    /// <summary>The number behind the last record that the store has.</summary>
    public long Position => Interlocked.Read(ref _position);

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
        var pruned = _clock.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                reader ??= await OpenAsync();
                await _journal.WaitForMoreAsync(reader.Position, _stop.Token);
                // What comes in the next moment shares a transaction.
                if (_journal.End.Sequence - reader.Position.Sequence < GroupSize) await Task.Delay(Gathering, _clock, _stop.Token);
                var start = _clock.GetTimestamp();
                await FillAsync(reader);
                if (_journal.End.Sequence - reader.Position.Sequence is >= GroupSize and < Patience) await Task.Delay(_clock.GetElapsedTime(start), _clock, _stop.Token);
                if (_clock.GetElapsedTime(pruned) < PruneInterval) continue;
                pruned = _clock.GetTimestamp();
                await _store.PruneAsync(_retention.Age > TimeSpan.Zero ? _clock.GetUtcNow() - _retention.Age : null, _retention.Bytes, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or System.Data.Common.DbException)
            {
                Log.Failed(_log, e.Message);
                reader?.Dispose();
                reader = null;
                await Task.Delay(PauseAfterFailure, _clock, CancellationToken.None);
            }
        }
        reader?.Dispose();
    }

    private async ValueTask<JournalReader> OpenAsync()
    {
        var known = await _store.ReadPositionAsync(_stop.Token);
        var reader = _journal.Read(_journal.Begin);
        // Records that the store has are passed over; the journal holds few of them.
        while (reader.Position.Sequence < known && reader.TryRead(out _))
        {
        }
        Interlocked.Exchange(ref _position, Math.Max(known, reader.Position.Sequence));
        return reader;
    }

    private async ValueTask FillAsync(JournalReader reader)
    {
        var group = new List<StoredAlert>();
        while (group.Count < GroupSize && reader.TryRead(out var record))
            if (record.Kind == JournalRecordKind.Alert && Parse(record) is { } alert) group.Add(new StoredAlert(record.Position.Sequence, alert, record.Payload));
        await _store.AddAsync(group, reader.Position.Sequence, _stop.Token);
        Interlocked.Exchange(ref _position, reader.Position.Sequence);
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
        [LoggerMessage(Level = LogLevel.Error, Message = "the store cannot be filled, it is tried again: {Reason}")]
        public static partial void Failed(ILogger log, string reason);
    }
}
