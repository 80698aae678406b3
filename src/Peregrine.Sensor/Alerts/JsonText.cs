using System.Buffers;
using System.Text;

namespace Peregrine.Sensor.Alerts;

/// <summary>Writes JSON strings from UTF-8 bytes that may be anything: what is not valid UTF-8 becomes U+FFFD, as the reference's writer does it.</summary>
public static class JsonText
{
    private const string HexDigits = "0123456789abcdef";

    /// <summary>Bytes below it, the quote and the backslash need an escape.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(PlainBytes());

    /// <summary>Writes the text with its quotes.</summary>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        output.Write("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0) plain = text.Length;
            output.Write(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) break;
            text = text[(text[0] < 0x80 ? Escape(output, text[0]) : Character(output, text))..];
        }
        output.Write("\""u8);
    }

    /// <summary>The text as a JSON string.</summary>
    public static string Of(string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteString(buffer, Encoding.UTF8.GetBytes(text));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static int Escape(IBufferWriter<byte> output, byte value)
    {
        switch (value)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\b':
                output.Write("\\b"u8);
                break;
            case (byte)'\f':
                output.Write("\\f"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)HexDigits[value >> 4], (byte)HexDigits[value & 15]]);
                break;
        }
        return 1;
    }

    private static int Character(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        var valid = Rune.DecodeFromUtf8(text, out _, out var length) == OperationStatus.Done;
        output.Write(valid ? text[..length] : "\uFFFD"u8);
        return length;
    }

    private static byte[] PlainBytes()
    {
        var plain = new List<byte>();
        for (byte b = 0x20; b < 0x80; b++)
            if (b is not ((byte)'"' or (byte)'\\')) plain.Add(b);
        return [.. plain];
    }
}
