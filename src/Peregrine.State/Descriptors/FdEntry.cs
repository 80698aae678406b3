namespace Peregrine.State;

/// <summary>One open file. Texts are UTF-8 without a terminating NUL and belong to the table.</summary>
/// <remarks>
/// Tables share an entry as descriptors share an open file (fork, dup), so what one of them learns of a socket holds for all; where only the close-on-exec flag
/// differs, the table makes a copy. An entry that no table holds any more is used again for another file: keep neither entry nor texts beyond the event.
/// </remarks>
public sealed class FdEntry
{
    /// <summary>How many table slots hold this entry.</summary>
    internal int References;

    public FdType Type;

    public FdFlags Flags;

    /// <summary>Open flags as the schema's <c>file_flags</c> (not the kernel's numbers).</summary>
    public uint OpenFlags;

    /// <summary>Path for files, tuple text for sockets (<c>ip:port->ip:port</c>), label for the rest.</summary>
    public byte[] Name = [];

    /// <summary>The name as the process gave it when it opened the file, where that is not the end of <see cref="Name"/>.</summary>
    private byte[] _given = [];

    /// <summary>So many bytes at the end of <see cref="Name"/> are what the process gave; 0 where it is kept apart.</summary>
    private int _givenTail;

    /// <summary>The name as the process gave it when it opened the file, before it was made absolute; empty when the descriptor was not seen being opened.</summary>
    public ReadOnlySpan<byte> NameRaw => _givenTail > 0 && _givenTail <= Name.Length ? Name.AsSpan(Name.Length - _givenTail) : _given;

    /// <summary>Whether <see cref="NameRaw"/> is known to have no <c>//</c>: it is a part of an absolute path.</summary>
    public bool IsNameRawPlain => _givenTail > 0;

    /// <summary>Device number, major and minor packed as the events give them.</summary>
    public uint Device;

    public ulong Inode;

    public uint MountId;

    /// <summary>IP sockets and listeners.</summary>
    public SocketTuple Tuple;

    /// <summary>The transport that the socket was made for. The tuple's stays unknown until the socket is used on a side.</summary>
    internal L4Protocol MadeFor;

    /// <summary>Unix sockets: kernel addresses of both ends.</summary>
    public ulong UnixSource;

    public ulong UnixDestination;

    /// <summary>Address family number (2 inet, 10 inet6, 1 unix, 16 netlink…) for sockets whose tuple is not known yet.</summary>
    public byte SocketFamily;

    /// <summary>The process that opened it, when known.</summary>
    public long OwnerPid;

    /// <summary>Counts the changes that can alter a predicate over this descriptor: other ends, another name, kind or role, another life of the entry.</summary>
    public uint Version;

    /// <summary>What those who ask about the descriptor remember of it; it belongs to them. How long it is good tells <see cref="DescriptorStamp"/>.</summary>
    public object? Memory;

    /// <summary>The version at which they were asked about it before; theirs too.</summary>
    public uint AskedVersion;

    /// <summary>For pidfds: the process that it stands for; 0 when unknown.</summary>
    public long PidfdTarget;

    public bool IsIpSocket => Type is FdType.Ipv4Socket or FdType.Ipv6Socket;

    public bool IsListener => Type is FdType.Ipv4Listener or FdType.Ipv6Listener;

    /// <summary>Whether it closes when its process executes a program.</summary>
    public bool IsCloseOnExec => (Flags & FdFlags.CloseOnExec) != 0;

    /// <summary>The entry as it is now, apart from the table.</summary>
    public FdEntry Snapshot()
    {
        var snapshot = (FdEntry)MemberwiseClone();
        snapshot.Memory = null;
        return snapshot;
    }

    /// <summary>What the facts about it depend on, now, as the thread sees it.</summary>
    public DescriptorStamp StampFor(ThreadEntry thread) => new(Version, thread.Container is not null);

    /// <summary>Takes down what the process gave for the name that the entry has.</summary>
    internal void SetNameRaw(ReadOnlySpan<byte> given, NameInterner names)
    {
        // A plain path is the end of the absolute one, and nothing has to be kept.
        if (Name.AsSpan().EndsWith(given)) _givenTail = given.Length;
        else _given = names.Intern(given);
    }

    /// <summary>Bytes of texts that the entry alone may keep.</summary>
    internal int TextBytes => Name.Length + _given.Length;

    /// <summary>Everything as a new entry of this name has it but the version, which goes on, and what is remembered.</summary>
    internal void Blank(byte[] name)
    {
        (Type, Flags, OpenFlags, Name, _givenTail, Device, Inode, MountId) = (default, default, 0, name, 0, 0, 0, 0);
        if (_given.Length > 0) _given = [];
        (Tuple, MadeFor, UnixSource, UnixDestination, SocketFamily, OwnerPid, PidfdTarget) = (default, default, 0, 0, 0, 0, 0);
        Version++;
    }

    /// <summary>Takes over everything but the version, which goes on, and what is remembered.</summary>
    internal void CopyFrom(FdEntry other)
    {
        (Type, Flags, OpenFlags, Name, _given, _givenTail, Device, Inode, MountId) =
            (other.Type, other.Flags, other.OpenFlags, other.Name, other._given, other._givenTail, other.Device, other.Inode, other.MountId);
        (Tuple, MadeFor, UnixSource, UnixDestination, SocketFamily, OwnerPid, PidfdTarget) =
            (other.Tuple, other.MadeFor, other.UnixSource, other.UnixDestination, other.SocketFamily, other.OwnerPid, other.PidfdTarget);
        Version++;
    }
}
