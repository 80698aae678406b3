using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>Kinds of descriptor in a capture's fd list.</summary>
public enum FdRecordType : byte
{
    Uninitialized = 0,
    File = 1,
    Directory = 2,
    Ipv4Socket = 3,
    Ipv6Socket = 4,
    Ipv4Listener = 5,
    Ipv6Listener = 6,
    Fifo = 7,
    UnixSocket = 8,
    EventFd = 9,
    Unsupported = 10,
    SignalFd = 11,
    EventPoll = 12,
    Inotify = 13,
    TimerFd = 14,
    Netlink = 15,
    FileV2 = 16,
    Bpf = 17,
    Userfaultfd = 18,
    IoUring = 19,
    Memfd = 20,
    Pidfd = 21,
}

/// <summary>A descriptor as the fd list of a capture has it. Which fields are set depends on <see cref="Type"/>.</summary>
public sealed class FdRecord
{
    public long Fd;

    public ulong Inode;

    public FdRecordType Type;

    /// <summary>Path or label; UTF-8 without a NUL. Empty for IP sockets.</summary>
    public byte[] Name = [];

    /// <summary><see cref="FdRecordType.FileV2"/>: open flags as the schema's <c>file_flags</c>.</summary>
    public uint OpenFlags;

    /// <summary><see cref="FdRecordType.FileV2"/>: device number, 0 where the capture does not say.</summary>
    public uint Device;

    /// <summary>IP sockets; a listener's own address.</summary>
    public InetAddress SourceAddress;

    public InetAddress DestinationAddress;

    /// <summary>Host order.</summary>
    public ushort SourcePort;

    /// <summary>Host order.</summary>
    public ushort DestinationPort;

    /// <summary>0 unknown, 1 not applicable, 2 TCP, 3 UDP, 4 ICMP, 5 raw.</summary>
    public byte Protocol;

    /// <summary>Unix sockets: kernel addresses of both ends.</summary>
    public ulong UnixSource;

    public ulong UnixDestination;

    /// <summary>Whether it closes when its process executes a program. The tables of captures have no place for it.</summary>
    public bool IsCloseOnExec;
}
