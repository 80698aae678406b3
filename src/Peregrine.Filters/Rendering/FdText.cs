using Peregrine.State;

namespace Peregrine.Filters.Rendering;

/// <summary>File descriptors as text: their kind as a word and as a letter, and <c>&lt;f>/etc/passwd</c>.</summary>
public static class FdText
{
    /// <summary>The kind as <c>fd.type</c> prints it.</summary>
    public static ReadOnlySpan<byte> TypeName(FdType type) => type switch
    {
        FdType.File or FdType.FileV2 => "file"u8,
        FdType.Directory => "directory"u8,
        FdType.Ipv4Socket or FdType.Ipv4Listener => "ipv4"u8,
        FdType.Ipv6Socket or FdType.Ipv6Listener => "ipv6"u8,
        FdType.UnixSocket => "unix"u8,
        FdType.Fifo => "pipe"u8,
        FdType.EventFd => "event"u8,
        FdType.SignalFd => "signalfd"u8,
        FdType.EventPoll => "eventpoll"u8,
        FdType.Inotify => "inotify"u8,
        FdType.TimerFd => "timerfd"u8,
        FdType.Netlink => "netlink"u8,
        FdType.Bpf => "bpf"u8,
        FdType.Userfaultfd => "userfaultfd"u8,
        FdType.IoUring => "io_uring"u8,
        FdType.Memfd => "memfd"u8,
        FdType.Pidfd => "pidfd"u8,
        FdType.Unsupported => "unsupported"u8,
        FdType.Socket => "socket"u8,
        _ => "<UNKNOWN>"u8,
    };

    /// <summary>The letter that <c>fd.typechar</c> prints.</summary>
    public static byte TypeLetter(FdType type) => type switch
    {
        FdType.File or FdType.FileV2 => (byte)'f',
        FdType.Directory => (byte)'d',
        FdType.Ipv4Socket or FdType.Ipv4Listener => (byte)'4',
        FdType.Ipv6Socket or FdType.Ipv6Listener => (byte)'6',
        FdType.UnixSocket => (byte)'u',
        FdType.Fifo => (byte)'p',
        FdType.EventFd => (byte)'e',
        FdType.SignalFd => (byte)'s',
        FdType.EventPoll => (byte)'l',
        FdType.Inotify => (byte)'i',
        FdType.TimerFd => (byte)'t',
        FdType.Netlink => (byte)'n',
        FdType.Bpf => (byte)'b',
        FdType.Userfaultfd => (byte)'u',
        FdType.IoUring => (byte)'r',
        FdType.Memfd => (byte)'m',
        FdType.Pidfd => (byte)'P',
        FdType.Unsupported => (byte)'?',
        _ => (byte)'o',
    };

    /// <summary><c>&lt;4t>10.0.0.1:4000->10.0.0.2:80</c>: the kind, the transport of an IP socket, the name.</summary>
    public static void Append(ValueBuffer text, FdEntry fd)
    {
        text.Append((byte)'<');
        text.Append(TypeLetter(fd.Type));
        text.Append(TransportLetter(Transport(fd)));
        text.Append((byte)'>');
        text.Append(fd.Name);
    }

    /// <summary>The transport of an IP socket as it is shown: before connect or accept told the ends apart, only raw sockets have one.</summary>
    public static L4Protocol Transport(FdEntry fd)
    {
        if (fd.IsListener) return fd.Tuple.Protocol;
        if (!fd.IsIpSocket) return L4Protocol.NotApplicable;
        return fd.Tuple.Protocol == L4Protocol.Raw || (fd.Flags & (FdFlags.RoleClient | FdFlags.RoleServer)) != 0 ? fd.Tuple.Protocol : L4Protocol.NotApplicable;
    }

    private static ReadOnlySpan<byte> TransportLetter(L4Protocol protocol) => protocol switch
    {
        L4Protocol.Tcp => "t"u8,
        L4Protocol.Udp => "u"u8,
        L4Protocol.Icmp => "i"u8,
        L4Protocol.Raw => "r"u8,
        _ => default,
    };
}
