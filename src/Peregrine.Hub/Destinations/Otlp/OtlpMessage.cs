using System.Globalization;
using System.Text.Json;
using Google.Protobuf;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>
/// A message of OpenTelemetry's protocol. Each field is named once, with its number and its JSON name; protobuf and JSON are both written from that. What is added is written, also where it is the field's default, because members of
/// a oneof need it; callers leave out what is empty.
/// </summary>
internal sealed class OtlpMessage
{
    private readonly List<Field> _fields = [];
    private int _size = -1;

    private enum FieldKind : byte
    {
        Text,
        Id,
        Fixed,
        Integer,
        Number,
        Flag,
        Double,
        Message,
        Messages,
    }

    public OtlpMessage Text(int number, string name, string value) => Add(new Field(number, name, FieldKind.Text, 0, value));

    /// <summary>Bytes that JSON has in hexadecimal digits, as this protocol does and protobuf's own JSON does not.</summary>
    public OtlpMessage Id(int number, string name, byte[] value) => Add(new Field(number, name, FieldKind.Id, 0, value));

    /// <summary>A <c>fixed64</c> or <c>sfixed64</c>: times, counts.</summary>
    public OtlpMessage Fixed(int number, string name, long value) => Add(new Field(number, name, FieldKind.Fixed, value, null));

    /// <summary>An <c>int64</c>.</summary>
    public OtlpMessage Integer(int number, string name, long value) => Add(new Field(number, name, FieldKind.Integer, value, null));

    /// <summary>An enumeration's number.</summary>
    public OtlpMessage Number(int number, string name, int value) => Add(new Field(number, name, FieldKind.Number, value, null));

    public OtlpMessage Flag(int number, string name, bool value) => Add(new Field(number, name, FieldKind.Flag, value ? 1 : 0, null));

    public OtlpMessage Double(int number, string name, double value) => Add(new Field(number, name, FieldKind.Double, BitConverter.DoubleToInt64Bits(value), null));

    public OtlpMessage Message(int number, string name, OtlpMessage value) => Add(new Field(number, name, FieldKind.Message, 0, value));

    /// <summary>A repeated field.</summary>
    public OtlpMessage Messages(int number, string name, IEnumerable<OtlpMessage> values) => Add(new Field(number, name, FieldKind.Messages, 0, values.ToList()));

    public byte[] ToProtobuf()
    {
        var bytes = new byte[Size()];
        using var output = new CodedOutputStream(bytes);
        Write(output);
        output.CheckNoSpaceLeft();
        return bytes;
    }

    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var field in _fields)
        {
            writer.WritePropertyName(field.Name);
            switch (field.Kind)
            {
                case FieldKind.Text:
                    writer.WriteStringValue((string)field.Value!);
                    break;
                case FieldKind.Id:
                    writer.WriteStringValue(Convert.ToHexStringLower((byte[])field.Value!));
                    break;
                case FieldKind.Fixed or FieldKind.Integer:
                    // 64-bit integers are text in this encoding.
                    writer.WriteStringValue(field.Bits.ToString(CultureInfo.InvariantCulture));
                    break;
                case FieldKind.Number:
                    writer.WriteNumberValue(field.Bits);
                    break;
                case FieldKind.Flag:
                    writer.WriteBooleanValue(field.Bits != 0);
                    break;
                case FieldKind.Double:
                    writer.WriteNumberValue(BitConverter.Int64BitsToDouble(field.Bits));
                    break;
                case FieldKind.Message:
                    ((OtlpMessage)field.Value!).WriteJson(writer);
                    break;
                default:
                    writer.WriteStartArray();
                    foreach (var message in field.All) message.WriteJson(writer);
                    writer.WriteEndArray();
                    break;
            }
        }
        writer.WriteEndObject();
    }

    private OtlpMessage Add(Field field)
    {
        _fields.Add(field);
        _size = -1;
        return this;
    }

    // Protobuf has a message's length before it; the sizes are kept, or each level would be counted again by the one above.
    private int Size() => _size >= 0 ? _size : _size = _fields.Sum(SizeOf);

    private static int SizeOf(Field field)
    {
        var tag = CodedOutputStream.ComputeTagSize(field.Number);
        return field.Kind switch
        {
            FieldKind.Text => tag + CodedOutputStream.ComputeStringSize((string)field.Value!),
            FieldKind.Id => tag + CodedOutputStream.ComputeLengthSize(((byte[])field.Value!).Length) + ((byte[])field.Value!).Length,
            FieldKind.Fixed or FieldKind.Double => tag + sizeof(long),
            FieldKind.Integer or FieldKind.Number => tag + CodedOutputStream.ComputeInt64Size(field.Bits),
            FieldKind.Flag => tag + 1,
            _ => field.All.Sum(m => tag + CodedOutputStream.ComputeLengthSize(m.Size()) + m.Size()),
        };
    }

    private void Write(CodedOutputStream output)
    {
        foreach (var field in _fields)
        {
            switch (field.Kind)
            {
                case FieldKind.Text:
                    output.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
                    output.WriteString((string)field.Value!);
                    break;
                case FieldKind.Id:
                    output.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(UnsafeByteOperations.UnsafeWrap((byte[])field.Value!));
                    break;
                case FieldKind.Fixed or FieldKind.Double:
                    output.WriteTag(field.Number, WireFormat.WireType.Fixed64);
                    output.WriteFixed64((ulong)field.Bits);
                    break;
                case FieldKind.Integer or FieldKind.Number or FieldKind.Flag:
                    output.WriteTag(field.Number, WireFormat.WireType.Varint);
                    output.WriteInt64(field.Bits);
                    break;
                default:
                    foreach (var message in field.All)
                    {
                        output.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
                        output.WriteLength(message.Size());
                        message.Write(output);
                    }
                    break;
            }
        }
    }

    private readonly record struct Field(int Number, string Name, FieldKind Kind, long Bits, object? Value)
    {
        public IReadOnlyList<OtlpMessage> All => Value is OtlpMessage one ? [one] : (IReadOnlyList<OtlpMessage>)Value!;
    }
}
