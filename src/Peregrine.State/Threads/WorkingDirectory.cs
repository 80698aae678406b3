namespace Peregrine.State;

/// <summary>
/// Where relative paths begin. The threads of a process share one, and processes do that were made with CLONE_FS: when one of them moves, all do. A thread that leaves with
/// <c>unshare(CLONE_FS)</c>, or into a mount namespace, has its own.
/// </summary>
public sealed class WorkingDirectory
{
    /// <summary>Always ending with <c>/</c>; empty when unknown.</summary>
    public byte[] Path = [];

    /// <summary>Whether more than one process works there, or did.</summary>
    internal bool IsShared;

    /// <summary>Another that begins at the same place.</summary>
    internal WorkingDirectory Copy() => new() { Path = Path };
}
