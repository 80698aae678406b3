namespace Peregrine.Capture;

/// <summary>Writes one entry of the process list, version 9.</summary>
internal static class ThreadEntryWriter
{
    public static void Write(BlockBuilder block, ThreadRecord t)
    {
        var start = block.BeginEntry();
        block.I64(t.Tid);
        block.I64(t.Pid);
        block.I64(t.ParentTid);
        block.I64(t.SessionId);
        block.I64(t.VirtualPgid);
        block.Text(t.Comm, CaptureLimits.PathText);
        block.Text(t.Exe, CaptureLimits.PathText);
        block.Text(t.ExePath, CaptureLimits.PathText);
        block.Vector(t.Args, CaptureLimits.VectorText, t.LacksFinalNul);
        block.Text(t.Cwd, CaptureLimits.PathText);
        block.I64(t.FdLimit);
        block.U32(t.Flags);
        block.U32(t.Uid);
        block.U32(t.Gid);
        block.U32(t.VmSizeKb);
        block.U32(t.VmRssKb);
        block.U32(t.VmSwapKb);
        block.U64(t.PageFaultsMajor);
        block.U64(t.PageFaultsMinor);
        block.Vector(t.Env, CaptureLimits.VectorText, t.LacksFinalNul);
        block.I64(t.VirtualTid);
        block.I64(t.VirtualPid);
        block.Vector(t.Cgroups, CaptureLimits.VectorText, t.LacksFinalNul);
        block.Text(t.Root, CaptureLimits.PathText);
        block.U64(t.PidNamespaceStart);
        block.U32(t.Tty);
        block.U32(t.LoginUid);
        block.Bool(t.ExeWritable);
        block.U64(t.CapInheritable);
        block.U64(t.CapPermitted);
        block.U64(t.CapEffective);
        block.Bool(t.ExeUpperLayer);
        block.U64(t.ExeInode);
        block.U64(t.ExeInodeCtime);
        block.U64(t.ExeInodeMtime);
        block.Bool(t.ExeFromMemfd);
        block.Bool(t.ExeLowerLayer);
        block.I64(t.Pgid);
        block.EndEntry(start);
    }
}
