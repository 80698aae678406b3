namespace Peregrine.State;

/// <summary>
/// To whom the children of the last ended processes went. A child's first event can be made while its parent ends and come after the parent's exit:
/// it names a parent that is no longer there. A process that ended long ago, or shared a place with a later one, is forgotten.
/// </summary>
internal sealed class RecentHeirs
{
    private const int Capacity = 1024;

    private readonly (long Pid, long Heir)[] _ended = new (long, long)[Capacity];

    /// <summary>Records the end of a process.</summary>
    public void Add(long pid, long heir) => _ended[(ulong)pid % Capacity] = (pid, heir);

    /// <summary>Who took the children of that process; 0 when its end is not remembered.</summary>
    public long Of(long pid) => _ended[(ulong)pid % Capacity] is var (ended, heir) && ended == pid ? heir : 0;
}
