using Peregrine.Kernel.Proc.Files;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>Reads a line of <c>/proc/net/unix</c>.</summary>
internal static class UnixTable
{
    private const ulong AcceptsConnections = 0x10000;

    public static bool TryParse(ReadOnlySpan<byte> line, out ulong inode, out SocketRecord record)
    {
        // Num: RefCount Protocol Flags Type St Inode [Path]
        record = default;
        inode = 0;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0) return false;
        var address = new TextCursor(line[..colon]).Hex();
        var cells = new TextCursor(line[(colon + 1)..]);
        cells.Skip(2);
        var flags = cells.Hex();
        cells.Skip(2);
        inode = cells.Unsigned();
        if (inode == 0) return false;
        // A path may hold blanks, so it is all that is left, not a cell.
        var path = cells.Rest;
        if (!path.IsEmpty) path = path[1..];
        record = new SocketRecord
        {
            Type = FdType.UnixSocket,
            State = (flags & AcceptsConnections) != 0 ? TcpState.Listen : TcpState.Unknown,
            Address = address,
            Path = path.IsEmpty ? [] : path.ToArray(),
        };
        return true;
    }
}
