namespace Peregrine.State;

/// <summary>Kinds of file descriptor, with the numbers that captures use (CAPTURE_FILE: fd list).</summary>
public enum FdType : byte
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
    /// <summary>A socket whose family needs no more than that.</summary>
    Socket = 254,
}

/// <summary>Transport of an IP socket; numbers as in captures.</summary>
public enum L4Protocol : byte
{
    Unknown = 0,
    NotApplicable = 1,
    Tcp = 2,
    Udp = 3,
    Icmp = 4,
    Raw = 5,
}

/// <summary>What is known about a descriptor besides its kind.</summary>
[Flags]
public enum FdFlags : ushort
{
    None = 0,
    /// <summary>Opened from this side (connect): the source is the client.</summary>
    RoleClient = 1,
    /// <summary>Accepted on this side: the destination is the server, here.</summary>
    RoleServer = 2,
    CloseOnExec = 4,
    Connected = 8,
    ConnectionPending = 16,
    UpperLayer = 32,
    LowerLayer = 64,
    /// <summary>The event at hand changed the tuple.</summary>
    NameChanged = 128,
    /// <summary>A listening socket's entry was made by guess: it was created before anything was seen of it.</summary>
    Guessed = 256,
}

/// <summary>One open file descriptor. Texts are UTF-8 without a terminating NUL and belong to the table.</summary>
public sealed class FdEntry
{
    public FdType Type;

    public FdFlags Flags;

    /// <summary>Open flags as the schema's <c>file_flags</c> (not the kernel's numbers).</summary>
    public uint OpenFlags;

    /// <summary>Path for files, tuple text for sockets (<c>ip:port->ip:port</c>), label for the rest.</summary>
    public byte[] Name = [];

    /// <summary>The name as the process gave it, before it was made absolute; empty when it is the same or unknown.</summary>
    public byte[] NameRaw = [];

    /// <summary>Device number, major and minor packed as the events give them.</summary>
    public uint Device;

    public ulong Inode;

    public uint MountId;

    /// <summary>IP sockets and listeners.</summary>
    public SocketTuple Tuple;

    /// <summary>Unix sockets: kernel addresses of both ends.</summary>
    public ulong UnixSource;

    public ulong UnixDestination;

    /// <summary>Address family number (2 inet, 10 inet6, 1 unix, 16 netlink…) for sockets whose tuple is not known yet.</summary>
    public byte SocketFamily;

    /// <summary>The process that opened it, when known.</summary>
    public long OwnerPid;

    /// <summary>Counts changes that can alter a predicate over this descriptor (connect, dup2 over it, rename).</summary>
    public uint Version;

    public bool IsIpSocket => Type is FdType.Ipv4Socket or FdType.Ipv6Socket;

    public bool IsListener => Type is FdType.Ipv4Listener or FdType.Ipv6Listener;
}

/// <summary>Both ends of an IP socket. Addresses are 16 bytes in network order; IPv4 uses the first 4. Ports are host order. A listener uses the source.</summary>
public struct SocketTuple
{
    public UInt128 SourceAddress;
    public UInt128 DestinationAddress;
    public ushort SourcePort;
    public ushort DestinationPort;
    public L4Protocol Protocol;
}
