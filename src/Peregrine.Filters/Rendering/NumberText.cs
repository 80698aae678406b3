using System.Buffers.Text;
using Peregrine.Events;

namespace Peregrine.Filters.Rendering;

/// <summary>Numbers as text, in the formats of the schema: decimal, hexadecimal (upper case, no prefix), octal (prefix 0), nine padded digits.</summary>
public static class NumberText
{
    /// <summary>Appends the number; <paramref name="size"/> is its width in bytes, which bounds negative numbers in hexadecimal and octal.</summary>
    public static void Append(ValueBuffer text, long number, PrintFormat format, int size)
    {
        switch (format)
        {
            case PrintFormat.Hex:
                AppendHex(text, Truncated(number, size), upper: true);
                break;
            case PrintFormat.Oct:
                AppendOctal(text, Truncated(number, size));
                break;
            case PrintFormat._10PaddedDec:
                AppendPadded(text, number);
                break;
            default:
                text.Append(number);
                break;
        }
    }

    public static void AppendUnsigned(ValueBuffer text, ulong number) => text.Append(number);

    public static void AppendHex(ValueBuffer text, ulong number, bool upper)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(number, digits, out var written, new System.Buffers.StandardFormat(upper ? 'X' : 'x'));
        text.Append(digits[..written]);
    }

    private static void AppendOctal(ValueBuffer text, ulong number)
    {
        Span<byte> digits = stackalloc byte[23];
        var at = digits.Length;
        do
        {
            digits[--at] = (byte)('0' + (number & 7));
            number >>= 3;
        }
        while (number != 0);
        if (digits[at] != (byte)'0') digits[--at] = (byte)'0';
        text.Append(digits[at..]);
    }

    /// <summary>At least nine digits, as the fraction of a second is printed.</summary>
    public static void AppendPadded(ValueBuffer text, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(unchecked((ulong)number), digits, out var written);
        for (var i = written; i < 9; i++) text.Append((byte)'0');
        text.Append(digits[..written]);
    }

    /// <summary>Two digits.</summary>
    public static void AppendTwo(ValueBuffer text, int number) => text.Append([(byte)('0' + number / 10), (byte)('0' + number % 10)]);

    private static ulong Truncated(long number, int size) => size switch
    {
        1 => (byte)number,
        2 => (ushort)number,
        4 => (uint)number,
        _ => unchecked((ulong)number),
    };
}
