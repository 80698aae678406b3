using Peregrine.Events;
using Peregrine.Filters.Rendering;

namespace Peregrine.Filters;

/// <summary>The text of a field's value by its type and format, as outputs print it and <c>evt.arg</c> shows it.</summary>
public static class ValueRenderer
{
    /// <summary>The most bytes of a rendered list, its closing parenthesis included.</summary>
    public const int MaxListText = 1023;

    /// <summary>The format of bytes that are shown in base64. It has no number in the schema, whose formats are those of numbers.</summary>
    public const PrintFormat Base64 = (PrintFormat)0x40;

    /// <summary>Appends the value to the text open in the buffer. The value's own bytes must not be part of that text.</summary>
    public static void Append(ref FieldValue value, ParamType type, PrintFormat format, ValueBuffer buffer)
    {
        if (value.List is { } list)
        {
            AppendList(list, type, format, buffer);
            return;
        }
        if (value.Param is { } own && type == ParamType.Dyn) (type, format) = (own.Type, own.Format);
        switch (ValueClasses.Of(type))
        {
            case ValueClass.Text:
                PrintableText.Append(value.Bytes, buffer);
                break;
            case ValueClass.Bytes when format == Base64:
                AppendBase64(value.Bytes, buffer);
                break;
            case ValueClass.Bytes:
                AppendPrintable(value.Bytes, buffer);
                break;
            case ValueClass.Bool:
                buffer.Append(value.Number != 0 ? "true"u8 : "false"u8);
                break;
            case ValueClass.Double:
                AppendDouble(value.Double, buffer);
                break;
            case ValueClass.Address:
                AppendAddress(value.Bytes, buffer);
                break;
            case ValueClass.Network:
                break;
            case ValueClass.Signed:
                AppendNumber(value.Number, type, format, isSigned: true, buffer);
                break;
            default:
                if (ValueClasses.IsUnsignedNumber(type) || value.Bytes.IsEmpty) AppendNumber(value.Number, type, format, isSigned: false, buffer);
                else AppendPrintable(value.Bytes, buffer);
                break;
        }
    }

    private static void AppendList(ListValue list, ParamType type, PrintFormat format, ValueBuffer buffer)
    {
        var room = MaxListText - 1;
        buffer.Append((byte)'(');
        for (var i = 0; i < list.Count && room > 1; i++)
        {
            if (i > 0)
            {
                buffer.Append((byte)',');
                room--;
            }
            if (ValueClasses.Of(type) == ValueClass.Text)
            {
                var text = list.Text(i);
                var part = text[..Math.Min(text.Length, room - 1)];
                buffer.Append(part);
                room -= part.Length;
                continue;
            }
            var element = new FieldValue(buffer) { Number = list.Number(i), Bytes = list.Text(i) };
            var before = buffer.OpenLength;
            Append(ref element, type, format, buffer);
            room -= buffer.OpenLength - before;
        }
        buffer.Append((byte)')');
    }

    private static void AppendNumber(long number, ParamType type, PrintFormat format, bool isSigned, ValueBuffer buffer)
    {
        if (isSigned || format is PrintFormat.Hex or PrintFormat.Oct or PrintFormat._10PaddedDec) NumberText.Append(buffer, number, format, ValueClasses.SizeOf(type));
        else NumberText.AppendUnsigned(buffer, unchecked((ulong)number));
    }

    private static void AppendDouble(double number, ValueBuffer buffer)
    {
        Span<byte> digits = stackalloc byte[400];
        number.TryFormat(digits, out var written, "F1", System.Globalization.CultureInfo.InvariantCulture);
        buffer.Append(digits[..written]);
    }

    private static void AppendAddress(ReadOnlySpan<byte> bytes, ValueBuffer buffer)
    {
        if (bytes.Length is not (4 or 16)) return;
        AddressRendering.Append(bytes, buffer);
    }

    private static void AppendBase64(ReadOnlySpan<byte> bytes, ValueBuffer buffer)
    {
        // Whole groups of three bytes, so that the parts join without padding between them.
        const int Step = 768;
        Span<byte> text = stackalloc byte[Step / 3 * 4];
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(Step, bytes.Length)];
            System.Buffers.Text.Base64.EncodeToUtf8(part, text, out _, out var written);
            buffer.Append(text[..written]);
            bytes = bytes[part.Length..];
        }
    }

    private static void AppendPrintable(ReadOnlySpan<byte> bytes, ValueBuffer buffer)
    {
        foreach (var b in bytes)
            buffer.Append(b is >= 0x20 and < 0x7f or (byte)'\n' or (byte)'\r' or (byte)'\t' ? b : (byte)'.');
    }
}
