using System.Runtime.InteropServices;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Files;

/// <summary>What this process may do with files as their owner, without the capabilities that put root above modes.</summary>
public static partial class FileRights
{
    private const int OwnerWrites = 0x80;
    private const int OthersWrite = 0x2;

    /// <summary>Whether a file can be written, or made where it does not exist yet, and a socket be connected to, as their owner or as anybody.</summary>
    public static bool CanWrite(string path)
    {
        for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
            if (StatX.At(at, StatX.DoNotSync) is { } found) return (found.Mode & OthersWrite) != 0 || (found.Uid == EffectiveUser() && (found.Mode & OwnerWrites) != 0);
        return true;
    }

    [LibraryImport("libc.so.6", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
