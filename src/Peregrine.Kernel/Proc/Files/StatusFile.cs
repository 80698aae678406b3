namespace Peregrine.Kernel.Proc.Files;

/// <summary><c>/proc/PID/status</c>: ids in every namespace, credentials, capabilities, memory.</summary>
internal struct StatusFile
{
    public long Tgid;
    public long ParentPid;
    public uint Uid;
    public uint Gid;
    public uint FsUid;
    public uint FsGid;
    public long VirtualTid;
    public long VirtualPid;
    public long VirtualPgid;
    public int PidNamespaceDepth;
    public long Threads;
    public uint VmSizeKb;
    public uint VmRssKb;
    public uint VmSwapKb;
    public ulong CapInheritable;
    public ulong CapPermitted;
    public ulong CapEffective;

    /// <summary>Reads what is there. Lines that an older kernel lacks leave <c>-1</c> in the virtual ids. False when not even the thread group is told.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out StatusFile status)
    {
        status = new StatusFile { VirtualTid = -1, VirtualPid = -1, VirtualPgid = -1 };
        var lines = new TextCursor(text);
        while (!lines.AtEnd)
        {
            var line = lines.Line();
            var colon = line.IndexOf((byte)':');
            if (colon > 0) status.Take(line[..colon], new TextCursor(line[(colon + 1)..]));
        }
        return status.Tgid > 0;
    }

    private void Take(ReadOnlySpan<byte> key, TextCursor value)
    {
        switch (key[0])
        {
            case (byte)'T' when key.SequenceEqual("Tgid"u8): Tgid = value.Number(); break;
            case (byte)'T' when key.SequenceEqual("Threads"u8): Threads = value.Number(); break;
            case (byte)'P' when key.SequenceEqual("PPid"u8): ParentPid = value.Number(); break;
            case (byte)'U' when key.SequenceEqual("Uid"u8): (Uid, FsUid) = Credentials(ref value); break;
            case (byte)'G' when key.SequenceEqual("Gid"u8): (Gid, FsGid) = Credentials(ref value); break;
            case (byte)'N' when key.SequenceEqual("NSpid"u8): VirtualTid = value.LastNumber(-1); break;
            case (byte)'N' when key.SequenceEqual("NSpgid"u8): VirtualPgid = value.LastNumber(-1); break;
            case (byte)'N' when key.SequenceEqual("NStgid"u8):
                VirtualPid = value.LastNumber(-1);
                for (PidNamespaceDepth = -1; !value.Cell().IsEmpty;) PidNamespaceDepth++;
                break;
            case (byte)'V' when key.SequenceEqual("VmSize"u8): VmSizeKb = (uint)value.Unsigned(); break;
            case (byte)'V' when key.SequenceEqual("VmRSS"u8): VmRssKb = (uint)value.Unsigned(); break;
            case (byte)'V' when key.SequenceEqual("VmSwap"u8): VmSwapKb = (uint)value.Unsigned(); break;
            case (byte)'C' when key.SequenceEqual("CapInh"u8): CapInheritable = value.Hex(); break;
            case (byte)'C' when key.SequenceEqual("CapPrm"u8): CapPermitted = value.Hex(); break;
            case (byte)'C' when key.SequenceEqual("CapEff"u8): CapEffective = value.Hex(); break;
        }
    }

    /// <summary>Real, effective, saved and file-system id: the second is what counts for <c>user.uid</c>, the fourth for access to files.</summary>
    private static (uint Effective, uint FileSystem) Credentials(ref TextCursor value)
    {
        value.Skip(1);
        var effective = (uint)value.Unsigned();
        value.Skip(1);
        return (effective, (uint)value.Unsigned());
    }
}
