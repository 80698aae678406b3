using System.Buffers.Text;

namespace Peregrine.Filters;

/// <summary>IP addresses as text: dotted for IPv4, canonical (RFC 5952) for IPv6 with an IPv4 tail where the address maps one.</summary>
internal static class AddressRendering
{
    /// <summary>Appends an address of 4 or 16 bytes in network order.</summary>
    public static void Append(ReadOnlySpan<byte> address, ValueBuffer buffer)
    {
        if (address.Length == 4) AppendIpv4(address, buffer);
        else AppendIpv6(address, buffer);
    }

    private static void AppendIpv4(ReadOnlySpan<byte> address, ValueBuffer buffer)
    {
        for (var i = 0; i < 4; i++)
        {
            if (i > 0) buffer.Append((byte)'.');
            buffer.Append((long)address[i]);
        }
    }

    private static void AppendIpv6(ReadOnlySpan<byte> address, ValueBuffer buffer)
    {
        var (start, length) = LongestZeros(address);
        for (var i = 0; i < 8; i++)
        {
            if (i == start)
            {
                buffer.Append("::"u8);
                i += length - 1;
                continue;
            }
            if (i > 0 && i != start + length) buffer.Append((byte)':');
            if (i == 6 && start == 0 && (length == 6 || (length == 5 && address[10] == 0xff && address[11] == 0xff)))
            {
                AppendIpv4(address[12..], buffer);
                return;
            }
            AppendGroup(address[2 * i] << 8 | address[2 * i + 1], buffer);
        }
    }

    private static void AppendGroup(int group, ValueBuffer buffer)
    {
        Span<byte> digits = stackalloc byte[4];
        Utf8Formatter.TryFormat(group, digits, out var written, new System.Buffers.StandardFormat('x'));
        buffer.Append(digits[..written]);
    }

    /// <summary>The longest run of two or more zero groups, the first of equals.</summary>
    private static (int Start, int Length) LongestZeros(ReadOnlySpan<byte> address)
    {
        var (best, bestLength) = (-1, 1);
        for (var i = 0; i < 8; i++)
        {
            var length = 0;
            while (i + length < 8 && address[2 * (i + length)] == 0 && address[2 * (i + length) + 1] == 0) length++;
            if (length > bestLength) (best, bestLength) = (i, length);
            i += length;
        }
        return best < 0 ? (-1, 0) : (best, bestLength);
    }
}
