using System.Diagnostics.CodeAnalysis;

namespace Peregrine.Capture;

/// <summary>The last enter event of each thread, kept until its exit event takes it. Bounded by <see cref="CaptureLimits.StoredEnterEvents"/>.</summary>
internal sealed class EnterEvents
{
    private const int EntryCost = 96;

    private readonly Dictionary<long, Slot> _byTid = [];
    private long _cost;

    public void Store(long tid, ReadOnlySpan<byte> record)
    {
        if (!_byTid.TryGetValue(tid, out var slot))
        {
            _byTid[tid] = slot = new Slot();
            _cost += EntryCost;
        }
        if (slot.Buffer.Length < record.Length)
        {
            _cost += record.Length - slot.Buffer.Length;
            slot.Buffer = new byte[record.Length];
        }
        record.CopyTo(slot.Buffer);
        slot.Length = record.Length;
        if (_cost > CaptureLimits.StoredEnterEvents) Clear();
    }

    public bool TryGet(long tid, out ReadOnlySpan<byte> record)
    {
        var found = TryFind(tid, out var slot);
        record = found ? slot!.Buffer.AsSpan(0, slot.Length) : default;
        return found;
    }

    /// <summary>The buffer stays for the thread's next one.</summary>
    public void Forget(long tid)
    {
        if (TryFind(tid, out var slot)) slot.Length = 0;
    }

    public void Clear()
    {
        _byTid.Clear();
        _cost = 0;
    }

    private bool TryFind(long tid, [NotNullWhen(true)] out Slot? slot) => _byTid.TryGetValue(tid, out slot) && slot.Length > 0;

    private sealed class Slot
    {
        public byte[] Buffer = [];
        public int Length;
    }
}
