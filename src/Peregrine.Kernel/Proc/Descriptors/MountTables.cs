using Peregrine.Kernel.Proc.Files;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc.Descriptors;

/// <summary>The mounts of each mount namespace, read once per scan.</summary>
internal sealed class MountTables
{
    private const int LargestTable = 16 * 1024 * 1024;
    private readonly Dictionary<ulong, Dictionary<uint, Mount>> _byNamespace = [];

    public void Forget() => _byNamespace.Clear();

    /// <summary>The mount with that id; null when the process cannot see it.</summary>
    public Mount? Find(uint mountId, ulong mountNamespace, ProcDirectory process, FileBuffer buffer)
    {
        if (!_byNamespace.TryGetValue(mountNamespace, out var mounts))
        {
            mounts = buffer.TryRead(process.Fd, "mountinfo"u8, LargestTable, out var text) ? MountInfoFile.Parse(text) : [];
            if (mountNamespace != 0) _byNamespace[mountNamespace] = mounts;
        }
        return mounts.GetValueOrDefault(mountId);
    }
}
