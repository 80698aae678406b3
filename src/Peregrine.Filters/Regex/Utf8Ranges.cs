namespace Peregrine.Filters;

/// <summary>Turns ranges of code points into sequences of byte ranges: their UTF-8.</summary>
internal static class Utf8Ranges
{
    /// <summary>Calls back with sequences of one to four byte ranges, which together stand for exactly the range of code points.</summary>
    public static void Split(int low, int high, Action<(byte Low, byte High)[]> add)
    {
        // First apart by encoded length, then so that all but the last differing bytes are equal or full ranges.
        foreach (var last in (ReadOnlySpan<int>)[0x7f, 0x7ff, 0xffff])
        {
            if (low > last || high <= last) continue;
            Split(low, last, add);
            low = last + 1;
        }
        if (high < 0x80)
        {
            add([((byte)low, (byte)high)]);
            return;
        }
        for (var shift = 6; shift < 6 * LengthOf(high); shift += 6)
        {
            var mask = (1 << shift) - 1;
            if ((low & ~mask) == (high & ~mask)) continue;
            if ((low & mask) != 0)
            {
                Split(low, low | mask, add);
                Split((low | mask) + 1, high, add);
                return;
            }
            if ((high & mask) != mask)
            {
                Split(low, (high & ~mask) - 1, add);
                Split(high & ~mask, high, add);
                return;
            }
        }
        var lowBytes = Encode(low);
        var highBytes = Encode(high);
        add([.. lowBytes.Zip(highBytes)]);
    }

    private static int LengthOf(int rune) => rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;

    /// <summary>Surrogates are encoded like their neighbours.</summary>
    private static byte[] Encode(int rune)
    {
        var bytes = new byte[LengthOf(rune)];
        for (var i = bytes.Length - 1; i > 0; i--, rune >>= 6) bytes[i] = (byte)(0x80 | (rune & 0x3f));
        bytes[0] = (byte)(bytes.Length switch { 2 => 0xc0, 3 => 0xe0, _ => 0xf0 } | rune);
        return bytes;
    }
}
