using System.Buffers.Binary;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>
/// Keeps the events of the last seconds in memory, so that a capture can begin before the alert that asked for it. It is bounded by time and by bytes,
/// whichever is reached first; the oldest go. One writer, not thread-safe. No allocation per event.
/// </summary>
/// <remarks>
/// A dump is preceded by the tables as they are at the time of the dump, so state that changed within the window is already new when its events are replayed;
/// replaying them again is harmless. An entry is never split: where the ring ends too early for one, the rest of it is left unused.
/// <code>
/// 0 u32 size of the entry · 4 u16 cpu · 8 u32 flags · 12 u32 length of the record · 16 record
/// </code>
/// </remarks>
public sealed class FlightRecorder
{
    private const int EntryHeader = 16;

    private readonly byte[] _ring;
    private readonly ulong _window;
    private ulong _now;
    private int _head;
    private int _tail;
    private int _wrapAt;
    private bool _wrapped;

    /// <param name="window">How far back events are kept.</param>
    /// <param name="capacity">Bytes of the ring; memory is used as it fills.</param>
    public FlightRecorder(TimeSpan window, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, EntryHeader + EventView.HeaderSize);
        _window = (ulong)window.Ticks * 100;
        _ring = GC.AllocateUninitializedArray<byte>(capacity);
    }

    /// <summary>Events held.</summary>
    public int Count { get; private set; }

    /// <summary>Events that were larger than the whole ring and could not be kept.</summary>
    public ulong Oversized { get; private set; }

    /// <summary>Time from the oldest event held to the newest.</summary>
    public TimeSpan Span => Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)((_now - Math.Min(_now, Timestamp(_head))) / 100));

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
        Count++;
    }

    /// <summary>Writes what is held, oldest first, after the section that the caller has written. It stays held. Returns the number of events.</summary>
    public int CopyTo(CaptureWriter writer)
    {
        var (at, wrapped) = (_head, _wrapped);
        for (var i = 0; i < Count; i++)
        {
            if (wrapped && at == _wrapAt) (at, wrapped) = (0, false);
            var entry = _ring.AsSpan(at);
            var record = entry.Slice(EntryHeader, BinaryPrimitives.ReadInt32LittleEndian(entry[12..]));
            writer.WriteEvent(EventView.Trusted(record), BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]),
                (CaptureEventFlags)BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
            at += SizeAt(at);
        }
        return Count;
    }

    /// <summary>Forgets everything, for instance after a dump.</summary>
    public void Clear()
    {
        Count = 0;
        Reset();
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
        if (Count == 0) Reset();
        else if (_wrapped && _head == _wrapAt) (_head, _wrapped) = (0, false);
    }

    private void Reset() => (_head, _tail, _wrapAt, _wrapped) = (0, 0, 0, false);

    private int SizeAt(int at) => BinaryPrimitives.ReadInt32LittleEndian(_ring.AsSpan(at));

    private ulong Timestamp(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_ring.AsSpan(at + EntryHeader));
}
