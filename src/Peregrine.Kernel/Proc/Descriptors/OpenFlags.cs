namespace Peregrine.Kernel.Proc.Descriptors;

/// <summary>Open flags of the running kernel turned into the schema's <c>file_flags</c>.</summary>
internal static class OpenFlags
{
    private const uint CloseOnExec = 0x80000;

    // Kernel number, number of the schema. The same on x86-64 and arm64 but for the three that follow.
    private static ReadOnlySpan<uint> Pairs =>
    [
        0x40, 4,          // O_CREAT
        0x80, 32,         // O_EXCL
        0x200, 256,       // O_TRUNC
        0x400, 8,         // O_APPEND
        0x800, 64,        // O_NONBLOCK
        0x1000, 16,       // O_DSYNC
        0x80000, 4096,    // O_CLOEXEC
        0x100000, 128,    // O_SYNC without O_DSYNC
        0x400000, 8192,   // O_TMPFILE without O_DIRECTORY
    ];

    public static uint ToSchema(uint kernel, bool arm64)
    {
        uint schema = (kernel & 3) switch
        {
            0 => 1, // O_RDONLY has a bit of its own
            1 => 2,
            2 => 3,
            _ => 0,
        };
        var pairs = Pairs;
        for (var i = 0; i < pairs.Length; i += 2)
            if ((kernel & pairs[i]) != 0) schema |= pairs[i + 1];
        if ((kernel & (arm64 ? 0x10000u : 0x4000u)) != 0) schema |= 512;   // O_DIRECT
        if ((kernel & (arm64 ? 0x4000u : 0x10000u)) != 0) schema |= 1024;  // O_DIRECTORY
        if ((kernel & (arm64 ? 0x20000u : 0x8000u)) != 0) schema |= 2048;  // O_LARGEFILE
        return schema;
    }

    public static bool IsCloseOnExec(uint kernel) => (kernel & CloseOnExec) != 0;
}
