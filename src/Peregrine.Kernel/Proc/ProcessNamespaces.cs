using Peregrine.Kernel.Proc.Files;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc;

/// <summary>The namespaces of a process by inode; 0 where it is not told.</summary>
internal readonly record struct ProcessNamespaces(ulong Mount, ulong Network, ulong Pid, ulong User)
{
    public static ProcessNamespaces Read(ProcDirectory process, FileBuffer buffer) => new(
        TextCursor.Bracketed(buffer.ReadLink(process.Fd, "ns/mnt"u8)),
        TextCursor.Bracketed(buffer.ReadLink(process.Fd, "ns/net"u8)),
        TextCursor.Bracketed(buffer.ReadLink(process.Fd, "ns/pid"u8)),
        TextCursor.Bracketed(buffer.ReadLink(process.Fd, "ns/user"u8)));
}
