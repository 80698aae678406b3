using System.Buffers.Binary;
using System.Text;
using Peregrine.Capture;
using Peregrine.Events;

namespace Peregrine.UnitTests.Capture;

/// <summary>Small captures that have some of everything, made by the writer.</summary>
internal static class CaptureSamples
{
    public const ulong Start = 1_700_000_000_000_000_000;

    public static byte[] Small(CaptureCompression compression = CaptureCompression.None) => Write(compression, writer =>
    {
        writer.WriteSection(Metadata());
        WriteEvents(writer);
    });

    public static byte[] Write(CaptureCompression compression, Action<CaptureWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new CaptureWriter(stream, compression)) write(writer);
        return stream.ToArray();
    }

    public static void WriteEvents(CaptureWriter writer)
    {
        var buffer = new byte[4096];
        writer.WriteEvent(EventView.Trusted(Open(buffer, Start, 100, "/etc/passwd"u8)), cpu: 0);
        writer.WriteEvent(EventView.Trusted(Open(buffer, Start + 1000, 101, "/tmp/a b"u8)), cpu: 3, CaptureEventFlags.StateOnly);
        writer.WriteEvent(EventView.Trusted(Read(buffer, Start + 2000, 100, "hello"u8)), cpu: 1);
        writer.WriteEvent(EventView.Trusted(Plugin(buffer, Start + 3000, "{\"a\":1}"u8)), cpu: 0);
        writer.WriteEvent(EventView.Trusted(Plugin(new byte[100_100], Start + 4000, new byte[100_000])), cpu: 0, (CaptureEventFlags)8);
        writer.WriteEvent(EventView.Trusted(Read(buffer, Start + 5000, 101, default)), cpu: 2);
    }

    public static ReadOnlySpan<byte> Open(Span<byte> buffer, ulong time, long tid, ReadOnlySpan<byte> path)
    {
        var w = new EventWriter(buffer, EventType.SyscallOpenX, time, tid);
        w.I64(7);
        w.Text(path);
        w.U32(1);
        w.U32(0);
        w.U32(5);
        w.U64(9);
        return w.Finish();
    }

    public static ReadOnlySpan<byte> Read(Span<byte> buffer, ulong time, long tid, ReadOnlySpan<byte> data)
    {
        var w = new EventWriter(buffer, EventType.SyscallReadX, time, tid);
        w.I64(data.Length);
        w.Bytes(data);
        w.I64(3);
        w.U32(4096);
        return w.Finish();
    }

    /// <summary>An event of a type with 32-bit lengths.</summary>
    public static ReadOnlySpan<byte> Plugin(Span<byte> buffer, ulong time, ReadOnlySpan<byte> data)
    {
        var w = new EventWriter(buffer, EventType.PlugineventE, time, -1);
        w.U32(1);
        w.Bytes(data);
        return w.Finish();
    }

    public static CaptureMetadata Metadata() => new()
    {
        Machine = new MachineInfo(4, 8UL << 30, 4_194_304, "sample"u8.ToArray(), Start - 1_000_000_000, 0),
        Interfaces =
        [
            new(false, [10, 0, 0, 1], [255, 0, 0, 0], [10, 255, 255, 255], 1000, "eth0"u8.ToArray()),
            new(true, Sixteen(1), Sixteen(2), Sixteen(3), 0, "eth0"u8.ToArray()),
        ],
        Users = [new(0, 0, "root"u8.ToArray(), "/root"u8.ToArray(), "/bin/bash"u8.ToArray()), new(1000, 1000, "u"u8.ToArray(), [], [])],
        Groups = [new(0, "root"u8.ToArray())],
        Threads = [Thread(100), Thread(101)],
    };

    /// <summary>A thread with a different value in every field and a descriptor of every kind.</summary>
    public static ThreadRecord Thread(long tid) => new()
    {
        Tid = tid,
        Pid = 100,
        ParentTid = 1,
        SessionId = 2,
        VirtualPgid = 3,
        VirtualTid = 4,
        VirtualPid = 5,
        Pgid = 6,
        Comm = "app"u8.ToArray(),
        Exe = "./app"u8.ToArray(),
        ExePath = "/bin/app"u8.ToArray(),
        Args = "-a\0b c\0"u8.ToArray(),
        Cwd = "/root/"u8.ToArray(),
        Env = "A=1\0B=2"u8.ToArray(),
        Cgroups = "cpu=/\0memory=/x"u8.ToArray(),
        Root = "/"u8.ToArray(),
        FdLimit = 1024,
        Flags = 7,
        Uid = 8,
        Gid = 9,
        VmSizeKb = 10,
        VmRssKb = 11,
        VmSwapKb = 12,
        PageFaultsMajor = 13,
        PageFaultsMinor = 14,
        PidNamespaceStart = 15,
        Tty = 16,
        LoginUid = 17,
        CapInheritable = 18,
        CapPermitted = 19,
        CapEffective = 20,
        ExeInode = 21,
        ExeInodeCtime = 22,
        ExeInodeMtime = 23,
        ExeWritable = true,
        ExeUpperLayer = true,
        ExeLowerLayer = true,
        ExeFromMemfd = true,
        Fds = [.. Enum.GetValues<FdRecordType>().Where(t => t != FdRecordType.Uninitialized).Select(Fd)],
    };

    private static FdRecord Fd(FdRecordType type)
    {
        var fd = new FdRecord { Fd = (long)type, Inode = 1000 + (ulong)type, Type = type };
        switch (type)
        {
            case FdRecordType.Ipv4Socket or FdRecordType.Ipv4Listener:
                (fd.SourceAddress, fd.SourcePort, fd.Protocol) = (InetAddress.Read([10, 0, 0, 1]), 443, 2);
                if (type == FdRecordType.Ipv4Socket) (fd.DestinationAddress, fd.DestinationPort) = (InetAddress.Read([10, 0, 0, 2]), 50_000);
                break;
            case FdRecordType.Ipv6Socket or FdRecordType.Ipv6Listener:
                (fd.SourceAddress, fd.SourcePort, fd.Protocol) = (InetAddress.Read(Sixteen(1)), 53, 3);
                if (type == FdRecordType.Ipv6Socket) (fd.DestinationAddress, fd.DestinationPort) = (InetAddress.Read(Sixteen(2)), 50_001);
                break;
            case FdRecordType.UnixSocket:
                (fd.UnixSource, fd.UnixDestination, fd.Name) = (77, 78, "/run/x.sock"u8.ToArray());
                break;
            case FdRecordType.FileV2:
                (fd.OpenFlags, fd.Device, fd.Name) = (1, 2049, "/tmp/f"u8.ToArray());
                break;
            default:
                fd.Name = Encoding.ASCII.GetBytes($"name-{type}");
                break;
        }
        return fd;
    }

    private static byte[] Sixteen(byte last)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, 0xfe80);
        bytes[15] = last;
        return bytes;
    }
}
