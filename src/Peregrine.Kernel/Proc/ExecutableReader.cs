using Peregrine.Kernel.Proc.Accounts;
using Peregrine.Kernel.Proc.Descriptors;
using Peregrine.Kernel.Proc.Files;
using Peregrine.Kernel.Proc.Native;
using Peregrine.State;

namespace Peregrine.Kernel.Proc;

/// <summary>Reads what runs: the executable's path, inode and times, whether the process could change it, and the overlay layer it comes from.</summary>
internal sealed class ExecutableReader(string hostRoot, MountTables mounts)
{
    private const int DacOverride = 1;
    private const int FileOwner = 3;
    private readonly FileBuffer _buffer = new();
    private readonly byte[] _hostRoot = System.Text.Encoding.UTF8.GetBytes(hostRoot.TrimEnd('/'));
    private readonly Dictionary<(uint Device, ulong Inode, ulong Changed), bool> _inUpperLayer = [];

    public void Forget() => _inUpperLayer.Clear();

    public void Read(ProcDirectory process, in ProcessNamespaces namespaces, ThreadEntry thread, in StatusFile status)
    {
        var link = _buffer.ReadLink(process.Fd, "exe"u8);
        if (link.IsEmpty) return;
        if (!process.TryStat("exe"u8, out var stat))
        {
            thread.ExePath = link.ToArray();
            return;
        }
        var path = DeletedSuffix.Remove(link, stat.Links, stat.Inode);
        thread.ExeInode = stat.Inode;
        thread.ExeInodeCtime = stat.Changed.Epoch;
        thread.ExeInodeMtime = stat.Modified.Epoch;
        thread.ExeFromMemfd = stat.Links == 0 && link.StartsWith("/memfd:"u8);
        // Such a file lies in no folder; procfs writes a slash before every name.
        thread.ExePath = (thread.ExeFromMemfd ? path[1..] : path).ToArray();
        var mount = stat.HasMountId ? mounts.Find((uint)stat.MountId, namespaces.Mount, process, _buffer) : null;
        thread.ExeWritable = mount is not { IsReadOnly: true } && IsWritable(process, namespaces, stat, status);
        if (mount is { IsOverlay: true })
        {
            thread.ExeUpperLayer = IsInUpperLayer(mount, thread.ExePath, stat);
            thread.ExeLowerLayer = !thread.ExeUpperLayer;
        }
    }

    /// <summary>The permission bits for the ids that count for files, then the capabilities that pass over them. The owner counts as able: it may change the bits.</summary>
    private bool IsWritable(ProcDirectory process, in ProcessNamespaces namespaces, in StatX file, in StatusFile status)
    {
        if (file.IsImmutable) return false;
        if (status.FsUid == file.Uid || (file.Mode & 0x02) != 0) return true;
        if (status.FsGid == file.Gid && (file.Mode & 0x10) != 0) return true;
        const ulong Passes = (1ul << DacOverride) | (1ul << FileOwner);
        return (status.CapEffective & Passes) != 0 && IsMapped(process, namespaces, file);
    }

    /// <summary>Capabilities of a user namespace reach only files whose owner and group exist in it.</summary>
    private bool IsMapped(ProcDirectory process, in ProcessNamespaces namespaces, in StatX file)
    {
        if (namespaces.User is 0 or InitialUserNamespace) return true;
        return IsInside(process, "uid_map"u8, file.Uid) && IsInside(process, "gid_map"u8, file.Gid);
    }

    /// <summary>The first user namespace has this inode on every machine.</summary>
    private const ulong InitialUserNamespace = 0xEFFFFFFD;

    private bool IsInside(ProcDirectory process, ReadOnlySpan<byte> map, uint id) =>
        _buffer.TryRead(process.Fd, map, IdMap.LargestFile, out var text) && IdMap.Parse(text).TryInside(id, out _);

    /// <summary>procfs does not tell the layer, but the overlay's upper folder holds exactly what was written there.</summary>
    private unsafe bool IsInUpperLayer(Mount mount, ReadOnlySpan<byte> path, in StatX file)
    {
        if (mount.UpperDir.Length == 0) return false;
        var key = (mount.Device, file.Inode, file.Changed.Epoch);
        if (_inUpperLayer.TryGetValue(key, out var known)) return known;
        var below = path;
        if (mount.Point.Length > 1 && path.StartsWith(mount.Point)) below = path[mount.Point.Length..];
        var root = mount.Root.Length > 1 ? mount.Root : [];
        byte[] full = [.. _hostRoot, .. mount.UpperDir, .. root, .. below, 0];
        StatX found;
        bool upper;
        fixed (byte* at = full)
            upper = LibC.StatX(LibC.AtFdCwd, at, StatX.DoNotSync | NoFollow, StatX.Wanted, &found) == 0 && found.Kind == file.Kind;
        return _inUpperLayer[key] = upper;
    }

    /// <summary><c>AT_SYMLINK_NOFOLLOW</c>.</summary>
    private const int NoFollow = 0x100;
}
