using Google.Protobuf;

namespace Peregrine.Hub.Destinations.Wire;

/// <summary>The fields of a protobuf message that a service answers, by number. What is missing counts as empty; of what comes twice the last one counts, as the format has it.</summary>
internal sealed class ProtobufFields
{
    private readonly Dictionary<int, (long Number, ByteString Bytes)> _fields = [];

    private ProtobufFields()
    {
    }

    /// <exception cref="InvalidProtocolBufferException">These bytes are no message; it is an <see cref="IOException"/>.</exception>
    public static ProtobufFields Read(byte[] message)
    {
        var fields = new ProtobufFields();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    fields._fields[number] = (input.ReadInt64(), ByteString.Empty);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    fields._fields[number] = (0, input.ReadBytes());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
        return fields;
    }

    public long Number(int field) => _fields.GetValueOrDefault(field).Number;

    public string Text(int field) => _fields.TryGetValue(field, out var value) ? value.Bytes.ToStringUtf8() : "";

    /// <summary>A message within this one; an empty one where it is missing.</summary>
    public ProtobufFields Message(int field) => _fields.TryGetValue(field, out var value) ? Read(value.Bytes.ToByteArray()) : new ProtobufFields();
}
