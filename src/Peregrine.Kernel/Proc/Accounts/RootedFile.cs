using System.Text;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>Which file it was, and in which state: as long as this stays the same it need not be read again.</summary>
internal readonly record struct FileIdentity(uint Device, ulong Inode, ulong Modified, ulong Changed, ulong Size);

/// <summary>
/// Opens a file below another root as a process living there would see it. A container decides what lies there, so nothing in it may lead outside (symbolic links are resolved inside),
/// block (a FIFO) or be without end.
/// </summary>
internal static unsafe class RootedFile
{
    /// <summary>Tens of thousands of accounts fit; more is somebody's game.</summary>
    public const int LargestFile = 8 * 1024 * 1024;

    private const ulong ResolveInRoot = 0x10;
    private const ulong ResolveNoMagicLinks = 0x02;

    /// <summary>Opens a regular file of bearable size below an open folder; -1 otherwise. The path is followed by a NUL. The descriptor is the caller's to close.</summary>
    public static int Open(ProcDirectory root, ReadOnlySpan<byte> path, out FileIdentity identity)
    {
        identity = default;
        const int Flags = LibC.ReadOnly | LibC.NonBlock | LibC.CloseOnExec;
        var how = stackalloc ulong[3] { Flags, 0, ResolveInRoot | ResolveNoMagicLinks };
        int fd;
        fixed (byte* at = path)
        {
            fd = (int)LibC.SysCall(LibC.SysOpenAt2, root.Fd, (nint)at, (nint)how, 3 * sizeof(ulong));
            // Before Linux 5.6: take the file only if it is no link itself.
            if (fd < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == NotImplemented)
                fd = LibC.OpenAt(root.Fd, at, Flags | LibC.NoFollow, 0);
        }
        if (fd < 0) return -1;
        StatX stat;
        fixed (byte* empty = "\0"u8)
        {
            if (LibC.StatX(fd, empty, StatX.EmptyPath | StatX.DoNotSync, StatX.Wanted, &stat) == 0 && stat.Kind == FileKind.Regular && stat.Size <= LargestFile)
            {
                identity = new FileIdentity(stat.Device, stat.Inode, stat.Modified.Epoch, stat.Changed.Epoch, stat.Size);
                return fd;
            }
        }
        _ = LibC.Close(fd);
        return -1;
    }

    /// <summary>A folder by its path, for use as a root.</summary>
    public static ProcDirectory OpenRoot(string path) => ProcDirectory.Open(LibC.AtFdCwd, Encoding.UTF8.GetBytes(path + "\0"));

    private const int NotImplemented = 38;
}
