namespace Peregrine.Capture;

/// <summary>Reads the process list in its nine versions.</summary>
internal static class ProcessListBlock
{
    /// <summary>What a record costs besides its texts.</summary>
    private const int RecordCost = 400;

    /// <summary>
    /// Libs 0.10 put two fields in the middle of the entry. An entry that has at most these bytes left there (login uid, writable flag, three capability sets)
    /// comes from an older writer, which did not have them.
    /// </summary>
    private const long OldTail = 29;

    public static void Read(BlockCursor c, MetadataBuilder into)
    {
        var version = BlockType.ProcessListVersion(c.Block);
        while (c.HasEntry)
        {
            var start = c.Consumed;
            var length = version >= 9 ? c.U32() : 0;
            var thread = new ThreadRecord();
            c.Charge(RecordCost);
            ReadHead(c, version, thread);
            if (length != 0) ReadTail(new EntryTail(c, start, length), thread);
            into.Add(thread);
            c.FinishEntry(start, length, "proclist");
        }
    }

    private static void ReadHead(BlockCursor c, int version, ThreadRecord t)
    {
        (t.Tid, t.Pid, t.ParentTid) = (c.I64(), c.I64(), c.I64());
        if (version >= 6) t.SessionId = c.I64();
        if (version >= 8) t.VirtualPgid = c.I64();
        t.Comm = c.Text(CaptureLimits.PathText, "comm");
        t.Exe = c.Text(CaptureLimits.PathText, "exe");
        if (version >= 7) t.ExePath = c.Text(CaptureLimits.PathText, "exepath");
        t.Args = c.Vector(CaptureLimits.VectorText, "args");
        t.Cwd = c.Text(CaptureLimits.PathText, "cwd");
        (t.FdLimit, t.Flags, t.Uid, t.Gid) = (c.I64(), c.U32(), c.U32(), c.U32());
        if (version < 2) return;
        (t.VmSizeKb, t.VmRssKb, t.VmSwapKb) = (c.U32(), c.U32(), c.U32());
        (t.PageFaultsMajor, t.PageFaultsMinor) = (c.U64(), c.U64());
        if (version < 3) return;
        t.Env = c.Vector(CaptureLimits.VectorText, "env");
        if (version < 4) return;
        (t.VirtualTid, t.VirtualPid) = (c.I64(), c.I64());
        t.Cgroups = c.Vector(CaptureLimits.VectorText, "cgroups");
        if (version >= 5) t.Root = c.Text(CaptureLimits.PathText, "root");
    }

    private static void ReadTail(EntryTail tail, ThreadRecord t)
    {
        // An entry that is overrun already counts as new: its length is found wrong at its end.
        if (tail.Left is < 0 or > OldTail)
        {
            t.PidNamespaceStart = tail.U64(0);
            t.Tty = tail.U32(0);
        }
        t.LoginUid = tail.U32(uint.MaxValue);
        t.ExeWritable = tail.Bool();
        t.CapInheritable = tail.U64(0);
        t.CapPermitted = tail.U64(0);
        t.CapEffective = tail.U64(0);
        t.ExeUpperLayer = tail.Bool();
        t.ExeInode = tail.U64(0);
        t.ExeInodeCtime = tail.U64(0);
        t.ExeInodeMtime = tail.U64(0);
        t.ExeFromMemfd = tail.Bool();
        t.ExeLowerLayer = tail.Bool();
        t.Pgid = unchecked((long)tail.U64(ulong.MaxValue));
    }

    /// <summary>The optional fields at the end of an entry: each is there when it still fits, by itself.</summary>
    private readonly struct EntryTail(BlockCursor c, long start, uint length)
    {
        public long Left => length - (c.Consumed - start);

        public uint U32(uint absent) => Left >= 4 ? c.U32() : absent;

        public ulong U64(ulong absent) => Left >= 8 ? c.U64() : absent;

        public bool Bool() => Left >= 1 && c.U8() != 0;
    }
}
