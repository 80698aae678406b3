namespace Peregrine.State;

/// <summary>What the threads of a process share.</summary>
public sealed class ThreadGroup
{
    public ThreadGroup()
        : this(new WorkingDirectory(), new FdTable())
    {
    }

    internal ThreadGroup(WorkingDirectory directory, FdTable fds) => (Directory, Fds) = (directory, fds);

    public long Pid;

    /// <summary>The main thread; it stays here until the last thread is gone.</summary>
    public ThreadEntry? Leader;

    /// <summary>Threads alive, the leader included.</summary>
    public int ThreadCount;

    public WorkingDirectory Directory;

    /// <summary>Environment entries separated by NUL, without a final one.</summary>
    public byte[] Env = [];

    public FdTable Fds;

    /// <summary>The working directory, always ending with <c>/</c>; empty when unknown.</summary>
    public byte[] Cwd
    {
        get => Directory.Path;
        set => Directory.Path = value;
    }

    /// <summary>Whether orphans below it come to it instead of the first process (<c>PR_SET_CHILD_SUBREAPER</c>).</summary>
    public bool IsSubreaper;

    /// <summary>First of the threads in the table, in no order; chained by <see cref="ThreadEntry.NextInGroup"/>.</summary>
    internal ThreadEntry? FirstThread;

    /// <summary>The process that this one is linked under; null while the parent is not known.</summary>
    internal ThreadGroup? Parent;

    internal ThreadGroup? FirstChild;

    internal ThreadGroup? NextSibling;

    internal ThreadGroup? PreviousSibling;

    /// <summary>Gives the process a descriptor table of its own if it shares one with another process.</summary>
    internal void UnshareFds()
    {
        if (Fds.Sharers <= 1) return;
        Fds.Sharers--;
        Fds = Fds.Fork();
    }
}
