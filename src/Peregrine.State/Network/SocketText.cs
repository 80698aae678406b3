using System.Buffers.Binary;
using System.Buffers.Text;
using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Writes addresses and tuples as <c>fd.name</c> shows them.</summary>
public static class SocketText
{
    /// <summary>No address is longer than this.</summary>
    public const int MaxAddress = 46;

    /// <summary>No tuple of an IP socket is longer than this.</summary>
    public const int MaxTuple = 2 * (MaxAddress + 6) + 2;

    /// <summary><c>ip:port->ip:port</c>; IPv6 addresses stand without brackets.</summary>
    public static int Tuple(in SocketTuple tuple, bool six, Span<byte> output)
    {
        var length = Endpoint(tuple.SourceAddress, tuple.SourcePort, six, output);
        "->"u8.CopyTo(output[length..]);
        length += 2;
        return length + Endpoint(tuple.DestinationAddress, tuple.DestinationPort, six, output[length..]);
    }

    /// <summary><c>ip:port</c>.</summary>
    public static int Endpoint(InetAddress address, ushort port, bool six, Span<byte> output)
    {
        var length = Address(address, six, output);
        output[length++] = (byte)':';
        Utf8Formatter.TryFormat(port, output[length..], out var digits);
        return length + digits;
    }

    /// <summary>One address as <c>inet_ntop</c> writes it.</summary>
    public static int Address(InetAddress address, bool six, Span<byte> output)
    {
        var bytes = InetAddress.Bytes(in address);
        return six ? Ipv6(bytes, output) : Ipv4(bytes, output);
    }

    private static int Ipv4(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        var length = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0) output[length++] = (byte)'.';
            Utf8Formatter.TryFormat(bytes[i], output[length..], out var digits);
            length += digits;
        }
        return length;
    }

    private static int Ipv6(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        var (start, run) = LongestZeros(bytes);
        var length = 0;
        for (var i = 0; i < 8; i++)
        {
            if (i >= start && i < start + run)
            {
                if (i == start) output[length++] = (byte)':';
                continue;
            }
            if (i > 0) output[length++] = (byte)':';
            if (i == 6 && start == 0 && (run == 6 || (run == 5 && bytes[10] == 0xFF && bytes[11] == 0xFF))) return length + Ipv4(bytes[12..], output[length..]);
            Utf8Formatter.TryFormat(BinaryPrimitives.ReadUInt16BigEndian(bytes[(i * 2)..]), output[length..], out var digits, 'x');
            length += digits;
        }
        if (run > 0 && start + run == 8) output[length++] = (byte)':';
        return length;
    }

    /// <summary>The longest run of at least two zero groups; the first of several.</summary>
    private static (int Start, int Length) LongestZeros(ReadOnlySpan<byte> bytes)
    {
        var (best, bestLength) = (-1, 1);
        for (var i = 0; i < 8; i++)
        {
            var end = i;
            while (end < 8 && bytes[end * 2] == 0 && bytes[end * 2 + 1] == 0) end++;
            if (end - i > bestLength) (best, bestLength) = (i, end - i);
            if (end > i) i = end;
        }
        return best < 0 ? (-1, 0) : (best, bestLength);
    }
}
