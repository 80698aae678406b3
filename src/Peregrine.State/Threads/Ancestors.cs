namespace Peregrine.State;

/// <summary>
/// The ancestors of a thread, parent first: <c>foreach (var ancestor in threads.Ancestors(thread))</c>. Ends at the first that is not known.
/// A chain that has become a loop (a reused id whose change was not seen) ends after <see cref="MaxDepth"/>.
/// </summary>
public ref struct Ancestors
{
    /// <summary>Deeper chains do not occur but in loops.</summary>
    public const int MaxDepth = 128;

    private readonly ThreadTable _threads;
    private readonly ThreadEntry _start;
    private int _depth;

    internal Ancestors(ThreadTable threads, ThreadEntry thread)
    {
        _threads = threads;
        _start = thread;
        Current = thread;
    }

    /// <summary>The ancestor at hand; the thread itself before the first step.</summary>
    public ThreadEntry Current { get; private set; }

    /// <summary>1 for the parent, 2 for its parent…</summary>
    public readonly int Depth => _depth;

    public readonly Ancestors GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_depth >= MaxDepth || _threads.Parent(Current) is not { } parent || ReferenceEquals(parent, _start)) return false;
        Current = parent;
        _depth++;
        return true;
    }
}
