using Peregrine.State;

namespace Peregrine.Kernel.Proc;

/// <summary>
/// When each pid namespace began: the start of the process that is number 1 in it. A process may be read before that one, so what is open is filled in at the end of a scan.
/// </summary>
internal sealed class PidNamespaces
{
    /// <summary>More than any machine runs; beyond it, what is known is forgotten and learned again.</summary>
    private const int MostNamespaces = 65_536;

    private readonly Dictionary<ulong, ulong> _startOf = [];
    private readonly List<(ThreadEntry Thread, ulong Namespace)> _open = [];
    private readonly Dictionary<ThreadGroup, (ulong Key, int Depth)> _openGroups = [];

    /// <summary>Notes a process; gives it its namespace's start when that is known.</summary>
    /// <remarks>The depth counts the namespaces above its own: 0 in the host's.</remarks>
    public void Note(ThreadEntry thread, ulong pidNamespace, int depth)
    {
        if (pidNamespace == 0 && depth > 0) return;
        // The host's namespace needs no link to be read: a number of 1 without a namespace above is its first process.
        var key = depth == 0 ? 0 : pidNamespace;
        if (thread is { VirtualPid: 1, IsLeader: true })
        {
            Set(key, thread.CloneTime);
        }
        if (_startOf.TryGetValue(key, out var start))
        {
            thread.PidNamespaceStart = start;
            return;
        }
        _open.Add((thread, key));
        _openGroups[thread.Group] = (key, depth);
    }

    /// <summary>Notes a further thread of a process that was noted.</summary>
    public void NoteSibling(ThreadEntry thread, ThreadEntry leader)
    {
        if (_openGroups.TryGetValue(leader.Group, out var open)) _open.Add((thread, open.Key));
    }

    /// <summary>Whether a process waits for the start of its namespace.</summary>
    public bool IsOpen(ThreadGroup group, out int depth)
    {
        var open = _openGroups.TryGetValue(group, out var found);
        depth = found.Depth;
        return open;
    }

    /// <summary>Tells the start of the namespace that a waiting process lives in.</summary>
    public void Learn(ThreadGroup group, ulong start)
    {
        if (_openGroups.TryGetValue(group, out var open)) Set(open.Key, start);
    }

    /// <summary>Gives the open ones their start, as far as it was met.</summary>
    public void Settle()
    {
        foreach (var (thread, key) in _open)
            if (_startOf.TryGetValue(key, out var start)) thread.PidNamespaceStart = start;
        _open.Clear();
        _openGroups.Clear();
    }

    private void Set(ulong key, ulong start)
    {
        if (_startOf.Count >= MostNamespaces) _startOf.Clear();
        _startOf[key] = start;
    }
}
