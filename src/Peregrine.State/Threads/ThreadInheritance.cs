namespace Peregrine.State;

/// <summary>What a new thread has from the one that made it.</summary>
internal static class ThreadInheritance
{
    public static void Copy(ThreadEntry from, ThreadEntry to)
    {
        (to.SessionId, to.Pgid, to.VirtualPgid) = (from.SessionId, from.Pgid, from.VirtualPgid);
        (to.Comm, to.Exe, to.ExePath, to.Args) = (from.Comm, from.Exe, from.ExePath, from.Args);
        (to.Cgroups, to.Root) = (from.Cgroups, from.Root);
        (to.Uid, to.Gid, to.LoginUid, to.Tty) = (from.Uid, from.Gid, from.LoginUid, from.Tty);
        (to.CapInheritable, to.CapPermitted, to.CapEffective) = (from.CapInheritable, from.CapPermitted, from.CapEffective);
        (to.ExeInode, to.ExeInodeCtime, to.ExeInodeMtime) = (from.ExeInode, from.ExeInodeCtime, from.ExeInodeMtime);
        (to.ExeWritable, to.ExeUpperLayer, to.ExeLowerLayer, to.ExeFromMemfd) = (from.ExeWritable, from.ExeUpperLayer, from.ExeLowerLayer, from.ExeFromMemfd);
        (to.ExecTime, to.PidNamespaceStart, to.FdLimit) = (from.ExecTime, from.PidNamespaceStart, from.FdLimit);
    }
}
