using Peregrine.Kernel.Proc.Files;
using Peregrine.Kernel.Proc.Native;
using Peregrine.Kernel.Proc.Sockets;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Descriptors;

/// <summary>Reads the descriptors of a process. One per reader of threads; not thread-safe.</summary>
internal sealed class FdReader(MountTables mounts, SocketReader sockets, bool arm64)
{
    private const int FdInfoLimit = 512;
    private readonly FileBuffer _info = new();
    private readonly FileBuffer _link = new();
    private readonly FileBuffer _mountInfo = new();
    private readonly byte[] _attribute = new byte[64];
    private readonly List<long> _numbers = [];

    /// <summary>Whether <see cref="ReadAll"/> has last read all that were open.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Reads all descriptors, at most <paramref name="limit"/>. Returns how many were left out by the limit.</summary>
    public int ReadAll(ProcDirectory process, in ProcessNamespaces namespaces, FdTable table, int limit)
    {
        using var links = ProcDirectory.Open(process.Fd, "fd"u8);
        IsComplete = links.IsOpen;
        if (!links.IsOpen) return 0;
        _numbers.Clear();
        links.ListNumbers(_numbers);
        using var infos = ProcDirectory.Open(process.Fd, "fdinfo"u8);
        var count = Math.Min(limit, _numbers.Count);
        IsComplete = count == _numbers.Count;
        for (var i = 0; i < count; i++)
            if (Read(process, links, infos, _numbers[i], namespaces) is { } entry) table.Set(_numbers[i], entry);
        return _numbers.Count - count;
    }

    /// <summary>Reads one descriptor; null when it is not open.</summary>
    public FdEntry? ReadOne(ProcDirectory process, in ProcessNamespaces namespaces, long fd)
    {
        using var links = ProcDirectory.Open(process.Fd, "fd"u8);
        using var infos = ProcDirectory.Open(process.Fd, "fdinfo"u8);
        return links.IsOpen ? Read(process, links, infos, fd, namespaces) : null;
    }

    private FdEntry? Read(ProcDirectory process, ProcDirectory links, ProcDirectory infos, long fd, in ProcessNamespaces namespaces)
    {
        Span<byte> number = stackalloc byte[24];
        var name = ProcDirectory.Format(fd, number);
        var link = _link.ReadLink(links.Fd, name);
        if (link.IsEmpty) return null;
        var entry = new FdEntry();
        if (infos.IsOpen && _info.TryRead(infos.Fd, name, FdInfoLimit, out var text))
        {
            var info = FdInfoFile.Parse(text);
            entry.OpenFlags = OpenFlags.ToSchema(info.Flags, arm64);
            entry.MountId = info.MountId;
            if (OpenFlags.IsCloseOnExec(info.Flags)) entry.Flags |= FdFlags.CloseOnExec;
        }
        if (link[0] == '/') Path(entry, link, process, links, name, namespaces);
        else if (link.StartsWith("socket:["u8)) sockets.Read(entry, TextCursor.Bracketed(link), Protocol(links, name), namespaces.Network, process);
        else if (link.StartsWith("pipe:["u8)) (entry.Type, entry.Inode) = (FdType.Fifo, TextCursor.Bracketed(link));
        else Anonymous(entry, link, links, name);
        return entry;
    }

    private void Path(FdEntry entry, ReadOnlySpan<byte> link, ProcDirectory process, ProcDirectory links, ReadOnlySpan<byte> name, in ProcessNamespaces namespaces)
    {
        entry.Type = FdType.FileV2;
        if (!links.TryStat(name, out var stat))
        {
            entry.Name = link.ToArray();
            return;
        }
        var mount = mounts.Find(entry.MountId, namespaces.Mount, process, _mountInfo);
        entry.Inode = stat.Inode;
        entry.Device = mount?.Device ?? stat.Device;
        if (link.StartsWith("/memfd:"u8) && stat.Links == 0 && stat.Kind == FileKind.Regular) entry.Type = FdType.Memfd;
        else if (stat.Kind == FileKind.Directory) entry.Type = FdType.Directory;
        else if (stat.Kind == FileKind.Fifo) entry.Type = FdType.Fifo;
        entry.Name = DeletedSuffix.Remove(link, stat.Links, stat.Inode).ToArray();
    }

    /// <summary>The kinds with a type of their own have no name, as when an event makes them; the others keep what the kernel calls them.</summary>
    private static void Anonymous(FdEntry entry, ReadOnlySpan<byte> link, ProcDirectory links, ReadOnlySpan<byte> name)
    {
        entry.Type = AnonymousInode.Classify(link);
        if (links.TryStat(name, out var stat)) entry.Inode = stat.Inode;
        if (entry.Type == FdType.Unsupported) entry.Name = link.ToArray();
    }

    /// <summary>Asks the socket's file for its protocol; extended attributes can only be read by path, here by way of the open folder.</summary>
    private unsafe SocketProtocol Protocol(ProcDirectory links, ReadOnlySpan<byte> name)
    {
        Span<byte> path = stackalloc byte[64];
        var length = Join(path, links.Fd, name);
        nint got;
        fixed (byte* at = path)
        fixed (byte* attribute = "system.sockprotoname"u8)
        fixed (byte* value = _attribute) got = length == 0 ? -1 : LibC.GetExtendedAttribute(at, attribute, value, _attribute.Length);
        return got <= 0 ? SocketProtocol.Unknown : SocketProtocol.FromName(_attribute.AsSpan(0, (int)got));
    }

    private static int Join(Span<byte> path, int folder, ReadOnlySpan<byte> name)
    {
        "/proc/self/fd/"u8.CopyTo(path);
        var length = "/proc/self/fd/"u8.Length;
        length += ProcDirectory.Format(folder, path[length..]).Length;
        path[length++] = (byte)'/';
        name.CopyTo(path[length..]);
        path[length + name.Length] = 0;
        return length + name.Length;
    }
}
