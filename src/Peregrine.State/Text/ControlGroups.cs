namespace Peregrine.State;

/// <summary>The control groups of an event as entries keep them: without the final NUL, and with the names that hierarchies have in <c>/proc</c>.</summary>
internal static class ControlGroups
{
    /// <summary>The list, rewritten in the engine's scratch room where the kernel's own names of controllers (<c>io</c>, <c>perf</c>) stand in it.</summary>
    public static ReadOnlySpan<byte> Of(StateEngine state, ReadOnlySpan<byte> vector)
    {
        var list = Vectors.WithoutEnd(vector);
        if (!Has(list, "io="u8) && !Has(list, "perf="u8)) return list;
        var room = state.Scratch.Room(2 * list.Length + 16);
        var length = 0;
        while (!list.IsEmpty)
        {
            var end = list.IndexOf((byte)0);
            var entry = end < 0 ? list : list[..end];
            list = end < 0 ? default : list[(end + 1)..];
            if (length > 0) room[length++] = 0;
            if (entry.StartsWith("io="u8)) Append(room, ref length, "blk"u8);
            else if (entry.StartsWith("perf="u8))
            {
                Append(room, ref length, "perf_event"u8);
                entry = entry[4..];
            }
            Append(room, ref length, entry);
        }
        return room[..length];
    }

    private static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> start)
    {
        if (list.StartsWith(start)) return true;
        for (var at = list.IndexOf(start); at > 0;)
        {
            if (list[at - 1] == 0) return true;
            var next = list[(at + 1)..].IndexOf(start);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return false;
    }

    private static void Append(Span<byte> room, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(room[length..]);
        length += text.Length;
    }
}
