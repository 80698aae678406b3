namespace Peregrine.State;

/// <summary>
/// Descriptors that were looked up and not found, so that a process which uses one again and again is asked for once. Remembers the last few, each for a while: a
/// descriptor can come about in ways that make no event.
/// </summary>
internal sealed class MissingFds
{
    private const int Slots = 4096;
    private const ulong Lifetime = 5_000_000_000;

    private readonly (long Pid, long Fd, ulong Time)[] _slots = new (long, long, ulong)[Slots];

    public void Add(long pid, long fd, ulong time) => _slots[Slot(pid, fd)] = (pid, fd, time);

    public bool Contains(long pid, long fd, ulong time)
    {
        ref readonly var slot = ref _slots[Slot(pid, fd)];
        return slot.Pid == pid && slot.Fd == fd && slot.Time != 0 && time < slot.Time + Lifetime;
    }

    public void Clear() => Array.Clear(_slots);

    private static int Slot(long pid, long fd) => (int)(((ulong)pid * 0x9E37_79B9_7F4A_7C15 + (ulong)fd * 0xC2B2_AE3D_27D4_EB4F) >> 52);
}
