namespace Peregrine.Kernel.Proc.Files;

/// <summary><c>/proc/PID/stat</c>: one line of numbers behind the name in parentheses.</summary>
internal readonly ref struct StatFile
{
    private const uint KernelThreadFlag = 0x0020_0000;
    private const int LongestComm = 15;

    private StatFile(ReadOnlySpan<byte> comm, TextCursor cells)
    {
        Comm = comm;
        State = cells.Cell() is [var letter, ..] ? letter : (byte)0;
        ParentPid = cells.Number();
        Pgid = cells.Number();
        SessionId = cells.Number();
        Tty = (uint)cells.Number();
        cells.Skip(1);
        IsKernelThread = ((uint)cells.Unsigned() & KernelThreadFlag) != 0;
        PageFaultsMinor = cells.Unsigned();
        cells.Skip(1);
        PageFaultsMajor = cells.Unsigned();
        cells.Skip(9);
        StartTicks = cells.Unsigned();
    }

    public ReadOnlySpan<byte> Comm { get; }

    public byte State { get; }

    public long ParentPid { get; }

    public long Pgid { get; }

    public long SessionId { get; }

    /// <summary>The terminal's device number as the kernel packs it.</summary>
    public uint Tty { get; }

    public bool IsKernelThread { get; }

    public ulong PageFaultsMinor { get; }

    public ulong PageFaultsMajor { get; }

    /// <summary>When the thread began, in clock ticks since boot.</summary>
    public ulong StartTicks { get; }

    /// <summary>The name may hold anything, parentheses, blanks and line ends too: it ends at the last closing parenthesis. Kernel workers show more there than their name has room for.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out StatFile stat)
    {
        stat = default;
        var open = text.IndexOf((byte)'(');
        var close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open) return false;
        var comm = text[(open + 1)..close];
        var cells = new TextCursor(text[(close + 1)..]);
        if (cells.Rest.Trim(" \n"u8).IsEmpty) return false;
        stat = new StatFile(comm.Length > LongestComm ? comm[..LongestComm] : comm, cells);
        return true;
    }
}
