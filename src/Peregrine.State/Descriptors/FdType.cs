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
