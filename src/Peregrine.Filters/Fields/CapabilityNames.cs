using System.Numerics;

namespace Peregrine.Filters.Fields;

/// <summary>Linux capabilities by name, in the order of their bits.</summary>
internal static class CapabilityNames
{
    private static readonly byte[][] Names =
    [
        .. new[]
        {
            "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW",
            "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD",
            "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
        }.Select(name => System.Text.Encoding.ASCII.GetBytes("CAP_" + name)),
    ];

    /// <summary>The names of the bits that are set, joined by blanks.</summary>
    public static bool Set(ref FieldValue value, ulong capabilities)
    {
        capabilities &= (1UL << Names.Length) - 1;
        value.Buffer.Begin();
        while (capabilities != 0)
        {
            value.Buffer.Append(Names[BitOperations.TrailingZeroCount(capabilities)]);
            capabilities &= capabilities - 1;
            if (capabilities != 0) value.Buffer.Append((byte)' ');
        }
        return value.Set(value.Buffer.End());
    }
}
