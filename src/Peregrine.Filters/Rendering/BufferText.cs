using System.Buffers;

namespace Peregrine.Filters.Rendering;

/// <summary>Raw bytes as text.</summary>
public static class BufferText
{
    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(b => (byte)b)]);

    /// <summary>Each byte that is not printable ASCII becomes a dot.</summary>
    public static void AppendDotted(ValueBuffer text, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var odd = bytes.IndexOfAnyExcept(Printable);
            if (odd < 0) odd = bytes.Length;
            text.Append(bytes[..odd]);
            bytes = bytes[odd..];
            if (bytes.IsEmpty) return;
            text.Append((byte)'.');
            bytes = bytes[1..];
        }
    }

    /// <summary>Strings separated by NUL, joined by blanks.</summary>
    public static void AppendJoined(ValueBuffer text, ReadOnlySpan<byte> strings)
    {
        while (true)
        {
            var end = strings.IndexOf((byte)0);
            if (end < 0)
            {
                text.Append(strings);
                return;
            }
            text.Append(strings[..end]);
            text.Append((byte)' ');
            strings = strings[(end + 1)..];
        }
    }
}
