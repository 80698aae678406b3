using System.Runtime.InteropServices;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Sensor.Partitions;

/// <summary>
/// A stretch of the stream on its way to the workers, and what they make of it: copies of the events that one of them needs, what the state learned by itself in between, the alerts. Used again and again;
/// allocates only for an event that is larger than all before, for changes and for alerts.
/// </summary>
/// <remarks>Filled by the thread that reads; then read by all workers, each of which writes to its own list of alerts only; then emptied by the thread that reads.</remarks>
internal sealed class EventBatch
{
    /// <summary>Enough that handing it over costs next to nothing for an event, few enough that an alert does not wait for long: some ten microseconds.</summary>
    public const int MostEntries = 256;

    /// <summary>Most events have a hundred bytes or two.</summary>
    private const int Bytes = 64 * 1024;

    private readonly BatchEntry[] _entries = new BatchEntry[MostEntries];
    private readonly List<(int At, Action<StateReplica> Change)> _changes = [];
    private readonly List<BatchAlert>[] _alerts;
    private byte[] _bytes = new byte[Bytes];
    private int _used;

    /// <param name="workers">How many there are, the one that reads among them.</param>
    public EventBatch(int workers)
    {
        _alerts = new List<BatchAlert>[workers];
        for (var i = 0; i < workers; i++) _alerts[i] = [];
    }

    /// <summary>Events in it.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => Count == 0 && _changes.Count == 0 && _alerts[0].Count == 0;

    public bool IsFull => Count == MostEntries || _used >= Bytes;

    public ReadOnlySpan<BatchEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>What the states of the workers must take over, each before the event with that place.</summary>
    public ReadOnlySpan<(int At, Action<StateReplica> Change)> Changes => CollectionsMarshal.AsSpan(_changes);

    /// <summary>The record of an event.</summary>
    public EventView Event(in BatchEntry entry) => EventView.Trusted(_bytes.AsSpan(entry.Offset, entry.Length));

    /// <summary>Adds an event that the state has taken and the rules have not seen.</summary>
    /// <param name="context">The event.</param>
    /// <param name="owner">The worker that asks the rules about it.</param>
    public void Add(ref EventContext context, int owner)
    {
        var record = context.Event.Record;
        if (_bytes.Length - _used < record.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + record.Length));
        record.CopyTo(_bytes.AsSpan(_used));
        _entries[Count++] = new BatchEntry
        {
            Offset = _used,
            Length = record.Length,
            Owner = (ushort)owner,
            Cpu = context.Cpu,
            Number = context.Number,
            Previous = context.State.PreviousTimestamp,
            ChangesState = context.State.NeedsFollowing,
            IsStateOnly = context.IsStateOnly,
        };
        _used += record.Length;
    }

    /// <summary>Adds what the state is about to learn, before the next event.</summary>
    public void Add(Action<StateReplica> change) => _changes.Add((Count, change));

    /// <summary>A worker's alerts, in order.</summary>
    public List<BatchAlert> AlertsOf(int worker) => _alerts[worker];

    /// <summary>Gives all alerts out in the order in which one worker alone would have made them, and empties the batch.</summary>
    public void Empty(AlertSink sink)
    {
        Span<int> given = stackalloc int[_alerts.Length];
        given.Clear();
        for (var worker = Earliest(given); worker >= 0; worker = Earliest(given))
        {
            var next = _alerts[worker][given[worker]++];
            sink(next.Rule, next.Alert);
        }
        foreach (var alerts in _alerts) alerts.Clear();
        _changes.Clear();
        (Count, _used) = (0, 0);
        // One huge event shall not keep its memory for ever.
        if (_bytes.Length > 4 * Bytes) _bytes = new byte[Bytes];
    }

    /// <summary>The worker with the next alert; -1 when all are given. What the reading one has at a place comes before what another has there: those are alerts that were held back.</summary>
    private int Earliest(ReadOnlySpan<int> given)
    {
        var (earliest, at) = (-1, int.MaxValue);
        for (var worker = 0; worker < _alerts.Length; worker++)
            if (given[worker] < _alerts[worker].Count && _alerts[worker][given[worker]].At < at) (earliest, at) = (worker, _alerts[worker][given[worker]].At);
        return earliest;
    }
}
