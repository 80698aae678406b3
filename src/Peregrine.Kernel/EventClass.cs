namespace Peregrine.Kernel;

/// <summary>Groups of events by which losses are told. All but the last three are those that metrics of the reference know.</summary>
public enum EventClass : byte
{
    /// <summary>clone, clone3, fork, vfork.</summary>
    CloneFork,

    /// <summary>execve, execveat.</summary>
    Execve,

    /// <summary>connect.</summary>
    Connect,

    /// <summary>open, openat, openat2, creat, open_by_handle_at.</summary>
    Open,

    /// <summary>Directories and names: link, rename, unlink, mkdir, chmod, chown, mount, dup and their kin.</summary>
    DirFile,

    /// <summary>Rights and namespaces: setns, unshare, capset, setresuid, ptrace, bpf and the like.</summary>
    OtherInterest,

    /// <summary>close.</summary>
    Close,

    /// <summary>The end of a thread.</summary>
    ProcExit,

    /// <summary>Reading and writing, of files and sockets.</summary>
    ReadWrite,

    /// <summary>Memory, waits, sleeps, locks and calls without an event of their own: nothing that is remembered hangs on them.</summary>
    Routine,

    /// <summary>All that is in no other class: sockets, pipes, ids, limits.</summary>
    Other,
}

/// <summary>What is given up first when a ring fills: the higher, the sooner.</summary>
public enum EventRank : byte
{
    /// <summary>Processes come, change and go. Without these events, all others are laid at the wrong door.</summary>
    Process,

    /// <summary>Files, directories, sockets: what rules look at most.</summary>
    File,

    /// <summary>Reads, writes, waits, memory: floods, of which the loss of one changes little.</summary>
    Bulk,
}
