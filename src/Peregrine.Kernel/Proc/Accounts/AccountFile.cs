using System.Buffers.Text;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>Reads <c>/etc/passwd</c> and <c>/etc/group</c>. Lines that are no entry are passed over; of two entries with one id the first counts, as for the C library.</summary>
internal static class AccountFile
{
    public static Dictionary<uint, UserEntry> ParseUsers(ReadOnlySpan<byte> text)
    {
        var users = new Dictionary<uint, UserEntry>();
        foreach (var range in text.Split((byte)'\n'))
            if (ParseUser(text[range]) is { } user) users.TryAdd(user.Uid, user);
        return users;
    }

    public static Dictionary<uint, GroupEntry> ParseGroups(ReadOnlySpan<byte> text)
    {
        var groups = new Dictionary<uint, GroupEntry>();
        foreach (var range in text.Split((byte)'\n'))
            if (ParseGroup(text[range]) is { } group) groups.TryAdd(group.Gid, group);
        return groups;
    }

    /// <summary><c>name:password:uid:gid:comment:home:shell</c></summary>
    public static UserEntry? ParseUser(ReadOnlySpan<byte> line)
    {
        Span<Range> cells = stackalloc Range[8];
        if (Split(line, cells) < 4) return null;
        if (line[cells[0]].IsEmpty || !TryNumber(line[cells[2]], out var uid) || !TryNumber(line[cells[3]], out var gid)) return null;
        return new UserEntry(uid, gid, line[cells[0]].ToArray(), line[cells[5]].ToArray(), line[cells[6]].ToArray());
    }

    /// <summary><c>name:password:gid:members</c></summary>
    public static GroupEntry? ParseGroup(ReadOnlySpan<byte> line)
    {
        Span<Range> cells = stackalloc Range[8];
        if (Split(line, cells) < 3 || line[cells[0]].IsEmpty || !TryNumber(line[cells[2]], out var gid)) return null;
        return new GroupEntry(gid, line[cells[0]].ToArray());
    }

    /// <summary>Cells between colons; those that are missing are empty.</summary>
    private static int Split(ReadOnlySpan<byte> line, Span<Range> cells)
    {
        cells.Fill(0..0);
        if (line.IsEmpty || line[0] is (byte)'#' or (byte)'+' or (byte)'-') return 0;
        var count = 0;
        foreach (var range in line.Split((byte)':'))
        {
            if (count == cells.Length) break;
            cells[count++] = range;
        }
        return count;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out uint value) => Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
}
