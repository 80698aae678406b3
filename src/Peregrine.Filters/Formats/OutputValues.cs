using System.Text.Json;
using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Values as outputs show them.</summary>
internal static class OutputValues
{
    /// <summary>The value as text.</summary>
    public static bool TryRender(ValueSource source, ref EventContext context, ref FieldValue value, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!source.TryGet(ref context, ref value)) return false;
        if (value.List is null && ValueClasses.Of(source.Type) == ValueClass.Text && PrintableText.IsClean(value.Bytes))
        {
            text = value.Bytes;
            return true;
        }
        value.Buffer.Begin();
        ValueRenderer.Append(ref value, source.Type, (source as FieldSource)?.Reference.Field.Format ?? PrintFormat.Dec, value.Buffer);
        text = value.Buffer.End();
        return true;
    }

    /// <summary>The value as JSON.</summary>
    public static void Write(OutputField field, ref EventContext context, ref FieldValue value, Utf8JsonWriter writer)
    {
        if (field.IsTime)
        {
            writer.WriteNumberValue(context.Event.Timestamp);
            return;
        }
        if (value.List is not { } list)
        {
            WriteOne(field.Type, field.Format, ref value, writer);
            return;
        }
        writer.WriteStartArray();
        for (var i = 0; i < list.Count; i++)
        {
            var element = new FieldValue(value.Buffer) { Bytes = list.Text(i), Number = list.Number(i) };
            WriteOne(field.Type, field.Format, ref element, writer);
        }
        writer.WriteEndArray();
    }

    private static void WriteOne(ParamType type, PrintFormat format, ref FieldValue value, Utf8JsonWriter writer)
    {
        if (type == ParamType.Dyn && value.Param is { } own) (type, format) = (own.Type, own.Format);
        switch (ValueClasses.Of(type))
        {
            case ValueClass.Bool:
                writer.WriteBooleanValue(value.Number != 0);
                break;
            case ValueClass.Double when double.IsFinite(value.Double):
                writer.WriteNumberValue(value.Double);
                break;
            case ValueClass.Signed when IsDecimal(format):
                writer.WriteNumberValue(value.Number);
                break;
            case not ValueClass.Signed when ValueClasses.IsUnsignedNumber(type) && IsDecimal(format):
                writer.WriteNumberValue(unchecked((ulong)value.Number));
                break;
            default:
                value.Buffer.Begin();
                ValueRenderer.Append(ref value, type, format, value.Buffer);
                JsonText.Write(value.Buffer.End(), writer);
                break;
        }
    }

    /// <summary>Padded, octal and hexadecimal numbers stay texts.</summary>
    private static bool IsDecimal(PrintFormat format) => format is PrintFormat.Dec or PrintFormat.Id or PrintFormat.Na or PrintFormat.Dir;
}
