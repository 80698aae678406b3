using System.Runtime.InteropServices;
using System.Text;

namespace Peregrine.Kernel.Proc.Native;

/// <summary>What <c>statx(2)</c> tells of a file. The layout is the same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatX
{
    /// <summary>Type, mode, links, owner, times, inode and the mount: everything that is read here.</summary>
    public const uint Wanted = 0x7ff | MountIdMask;

    /// <summary>The mount's number of those that are given once; kernels before 6.8 tell the one that mountinfo shows instead.</summary>
    public const uint UniqueMountIdMask = 0x4000;

    /// <summary>Ask what is known now: a file server or a FUSE process that does not answer must not stop the sensor.</summary>
    public const int DoNotSync = 0x4000;

    public const int EmptyPath = 0x1000;
    public const uint MountIdMask = 0x1000;
    private const ulong ImmutableAttribute = 0x10;

    [FieldOffset(0)] public uint Mask;
    [FieldOffset(8)] public ulong Attributes;
    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(96)] public Time Changed;
    [FieldOffset(112)] public Time Modified;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;
    [FieldOffset(144)] public ulong MountId;

    /// <summary>What is at the path, links followed; null when nothing is, or nothing that may be seen.</summary>
    /// <param name="path">The path.</param>
    /// <param name="flags"><see cref="DoNotSync"/>, or 0.</param>
    public static unsafe StatX? At(string path, int flags)
    {
        StatX found;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return LibC.StatX(LibC.AtFdCwd, name, flags, Wanted, &found) == 0 ? found : null;
    }

    public readonly FileKind Kind => (FileKind)(Mode & 0xF000);

    public readonly bool IsImmutable => (Attributes & ImmutableAttribute) != 0;

    public readonly bool HasMountId => (Mask & MountIdMask) != 0;

    /// <summary>The device as events carry it.</summary>
    public readonly uint Device => DeviceNumber.Pack(DeviceMajor, DeviceMinor);

    /// <summary>A time of a file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Time
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int _reserved;

        /// <summary>Nanoseconds since the epoch; 0 for files from before it.</summary>
        public readonly ulong Epoch => Seconds < 0 ? 0 : (ulong)Seconds * 1_000_000_000 + Nanoseconds;
    }
}

/// <summary>The type bits of a file's mode.</summary>
internal enum FileKind : ushort
{
    Fifo = 0x1000,
    Character = 0x2000,
    Directory = 0x4000,
    Block = 0x6000,
    Regular = 0x8000,
    Link = 0xA000,
    Socket = 0xC000,
}

/// <summary>Device numbers as the kernel hands them to user space in 32 bits.</summary>
internal static class DeviceNumber
{
    public static uint Pack(uint major, uint minor) => (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}
