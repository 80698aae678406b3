using System.Buffers.Binary;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>
/// Keeps the events of the last seconds in memory, so that a capture can begin before the alert that asked for it. It is bounded by time and by bytes,
/// whichever is reached first; the oldest go. One writer, not thread-safe. No allocation per event.
/// </summary>
/// <remarks>
/// A capture needs the tables as they were when its first event happened. So the owner makes a <see cref="Checkpoint"/> whenever <see cref="WantsCheckpoint"/> says so
/// (each half of the window, and each half of the ring); a dump begins at the oldest one that the ring still reaches. Without one it begins with the oldest event and the
/// tables of now: threads that ended within the window are unknown in it then.
/// An entry is never split: where the ring ends too early for one, the rest of it is left unused.
/// <code>
/// 0 u32 size of the entry · 4 u16 cpu · 8 u32 flags · 12 u32 length of the record · 16 record
/// </code>
/// </remarks>
public sealed class FlightRecorder
{
    private const int EntryHeader = 16;

    /// <summary>What a thread and a descriptor cost besides their texts, which the tables share with the state.</summary>
    private const long ThreadCost = 400;

    private const long FdCost = 160;

    private readonly byte[] _ring;
    private readonly Queue<(ulong Position, CaptureMetadata Tables, long Cost)> _checkpoints = [];
    private readonly ulong _window;
    private readonly long _mostTables;
    private long _tables;
    private ulong _checkpointTime;
    private long _sinceCheckpoint;
    private ulong _now;
    private ulong _dropped;
    private int _head;
    private int _tail;
    private int _wrapAt;
    private bool _wrapped;

    /// <param name="window">How far back events are kept.</param>
    /// <param name="capacity">Bytes of the ring; memory is used as it fills.</param>
    /// <param name="mostTables">Most bytes that the tables of all checkpoints may cost; above it the oldest are forgotten.</param>
    public FlightRecorder(TimeSpan window, int capacity, long mostTables = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, EntryHeader + EventView.HeaderSize);
        _window = (ulong)window.Ticks * 100;
        _mostTables = mostTables;
        _sinceCheckpoint = capacity;
        _ring = GC.AllocateUninitializedArray<byte>(capacity);
    }

    /// <summary>Events held.</summary>
    public int Count { get; private set; }

    /// <summary>Events that were larger than the whole ring and could not be kept.</summary>
    public ulong Oversized { get; private set; }

    /// <summary>Whether the next dump would begin further back if the tables were noted now.</summary>
    public bool WantsCheckpoint => _sinceCheckpoint >= _ring.Length / 2 || _now - _checkpointTime >= _window / 2;

    /// <summary>Time from the oldest event held to the newest.</summary>
    public TimeSpan Span => Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)((_now - Math.Min(_now, Timestamp(_head))) / 100));

    /// <summary>When the oldest event held happened, ns since the epoch; 0 without one.</summary>
    public ulong Oldest => Count == 0 ? 0 : Timestamp(_head);

    /// <summary>Keeps a copy of the event.</summary>
    public void Add(EventView e, ushort cpu, CaptureEventFlags flags = CaptureEventFlags.None)
    {
        var record = e.Record;
        var size = (EntryHeader + record.Length + 7) & ~7;
        if (size > _ring.Length)
        {
            Oversized++;
            return;
        }
        // CPUs are not in step: time is the latest seen.
        _now = Math.Max(_now, e.Timestamp);
        while (Count > 0 && _now > Timestamp(_head) && _now - Timestamp(_head) > _window) Drop();
        MakeRoom(size);
        var entry = _ring.AsSpan(_tail, size);
        BinaryPrimitives.WriteInt32LittleEndian(entry, size);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], cpu);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)flags);
        BinaryPrimitives.WriteInt32LittleEndian(entry[12..], record.Length);
        record.CopyTo(entry[EntryHeader..]);
        _tail += size;
        _sinceCheckpoint += size;
        Count++;
    }

    /// <summary>Notes the tables of this moment, after all events that were added, so that a dump can begin here. False when they are too large to be kept.</summary>
    public bool Checkpoint(CaptureMetadata tables)
    {
        ForgetCheckpoints();
        (_checkpointTime, _sinceCheckpoint) = (_now, 0);
        var cost = Cost(tables);
        while (_tables + cost > _mostTables && _checkpoints.Count > 0) ForgetOldest();
        if (cost > _mostTables) return false;
        _checkpoints.Enqueue((_dropped + (ulong)Count, tables, cost));
        _tables += cost;
        return true;
    }

    /// <summary>
    /// Writes a section and the events that follow it, oldest first; they stay held. <paramref name="now"/> gives the present tables where no checkpoint serves;
    /// <paramref name="first"/> writes what belongs between the tables and the events. Returns the number of events and whether a checkpoint served.
    /// </summary>
    public (int Events, bool FromCheckpoint) WriteTo(CaptureWriter writer, Func<CaptureMetadata> now, Action<CaptureWriter, CaptureMetadata>? first = null)
    {
        ForgetCheckpoints();
        var skip = 0;
        var has = _checkpoints.TryPeek(out var checkpoint);
        if (has) skip = (int)(checkpoint.Position - _dropped);
        var tables = has ? checkpoint.Tables : now();
        writer.WriteSection(tables);
        first?.Invoke(writer, tables);
        CopyTo(writer, skip);
        return (Count - skip, has);
    }

    private void CopyTo(CaptureWriter writer, int skip)
    {
        var (at, wrapped) = (_head, _wrapped);
        for (var i = 0; i < Count; i++)
        {
            if (wrapped && at == _wrapAt) (at, wrapped) = (0, false);
            if (i < skip)
            {
                at += SizeAt(at);
                continue;
            }
            var entry = _ring.AsSpan(at);
            var record = entry.Slice(EntryHeader, BinaryPrimitives.ReadInt32LittleEndian(entry[12..]));
            writer.WriteEvent(EventView.Trusted(record), BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]),
                (CaptureEventFlags)BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
            at += SizeAt(at);
        }
    }

    /// <summary>Forgets everything, for instance after a dump.</summary>
    public void Clear()
    {
        _dropped += (ulong)Count;
        Count = 0;
        while (_checkpoints.Count > 0) ForgetOldest();
        _sinceCheckpoint = _ring.Length;
        Reset();
    }

    /// <summary>Those whose events are gone.</summary>
    private void ForgetCheckpoints()
    {
        while (_checkpoints.TryPeek(out var oldest) && oldest.Position < _dropped) ForgetOldest();
    }

    private void ForgetOldest() => _tables -= _checkpoints.Dequeue().Cost;

    private static long Cost(CaptureMetadata tables)
    {
        var cost = 0L;
        foreach (var thread in tables.Threads) cost += ThreadCost + thread.Fds.Count * FdCost;
        return cost;
    }

    private void MakeRoom(int size)
    {
        while (true)
        {
            if (!_wrapped)
            {
                if (_ring.Length - _tail >= size) return;
                (_wrapAt, _tail, _wrapped) = (_tail, 0, true);
            }
            else if (_head - _tail >= size)
            {
                return;
            }
            else
            {
                Drop();
            }
        }
    }

    private void Drop()
    {
        _head += SizeAt(_head);
        Count--;
        _dropped++;
        if (Count == 0) Reset();
        else if (_wrapped && _head == _wrapAt) (_head, _wrapped) = (0, false);
    }

    private void Reset() => (_head, _tail, _wrapAt, _wrapped) = (0, 0, 0, false);

    private int SizeAt(int at) => BinaryPrimitives.ReadInt32LittleEndian(_ring.AsSpan(at));

    private ulong Timestamp(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_ring.AsSpan(at + EntryHeader));
}
