using System.Text;

namespace Peregrine.Filters;

/// <summary>A bracket expression of a shell pattern, as the set of bytes it stands for.</summary>
internal static class GlobSet
{
    /// <summary>Reads the set whose opening bracket was just passed; null, and nothing passed, when it is not closed: the bracket then stands for itself.</summary>
    public static bool[]? TryRead(ReadOnlySpan<byte> pattern, ref int position, bool ignoreCase)
    {
        var i = position;
        var negated = i < pattern.Length && pattern[i] is (byte)'!' or (byte)'^';
        if (negated) i++;
        var set = new bool[256];
        for (var first = true; ; first = false)
        {
            if (i >= pattern.Length) return null;
            if (pattern[i] == ']' && !first) break;
            if (pattern[i] == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':' && TryReadClass(pattern, ref i, set)) continue;
            var low = ReadByte(pattern, ref i);
            if (low < 0) return null;
            var high = low;
            if (i + 1 < pattern.Length && pattern[i] == '-' && pattern[i + 1] != ']')
            {
                i++;
                high = ReadByte(pattern, ref i);
                if (high < 0) return null;
            }
            for (var c = low; c <= high; c++) Add(set, (byte)c, ignoreCase);
        }
        position = i + 1;
        if (negated)
            for (var c = 0; c < set.Length; c++) set[c] = !set[c];
        return set;
    }

    public static byte Fold(byte c) => (uint)(c - 'A') <= 'Z' - 'A' ? (byte)(c | 0x20) : c;

    private static void Add(bool[] set, byte c, bool ignoreCase)
    {
        set[c] = true;
        if (!ignoreCase) return;
        if (char.IsAsciiLetter((char)c)) set[c ^ 0x20] = true;
    }

    private static int ReadByte(ReadOnlySpan<byte> pattern, ref int i)
    {
        if (pattern[i] == '\\') i++;
        return i < pattern.Length ? pattern[i++] : -1;
    }

    private static bool TryReadClass(ReadOnlySpan<byte> pattern, ref int i, bool[] set)
    {
        var end = pattern[i..].IndexOf(":]"u8);
        if (end < 2) return false;
        var name = Encoding.ASCII.GetString(pattern.Slice(i + 2, end - 2));
        if (AsciiClasses.Find(name) is not { } members) return false;
        for (var c = 0; c < 128; c++)
            if (members((char)c)) set[c] = true;
        i += end + 2;
        return true;
    }
}
