using Google.Protobuf;

namespace Peregrine.Containers.Grpc;

/// <summary>Reads and writes the few protobuf messages that engines exchange, by field number.</summary>
internal static class Message
{
    /// <summary>A message of text fields and flags; empty and false ones are left out, as the format has it.</summary>
    public static byte[] Write(params ReadOnlySpan<(int Field, object Value)> fields)
    {
        var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var (field, value) in fields)
            {
                switch (value)
                {
                    case string { Length: > 0 } text:
                        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                        output.WriteString(text);
                        break;
                    case byte[] inner:
                        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(inner));
                        break;
                    case true:
                        output.WriteTag(field, WireFormat.WireType.Varint);
                        output.WriteBool(true);
                        break;
                    case long number when number != 0:
                        output.WriteTag(field, WireFormat.WireType.Varint);
                        output.WriteInt64(number);
                        break;
                }
            }
        }
        return stream.ToArray();
    }

    /// <summary>Takes a message apart.</summary>
    public static MessageFields Read(ReadOnlyMemory<byte> message)
    {
        var fields = new MessageFields();
        var input = new CodedInputStream(message.ToArray());
        try
        {
            while (input.ReadTag() is not 0 and var tag)
            {
                var number = WireFormat.GetTagFieldNumber(tag);
                switch (WireFormat.GetTagWireType(tag))
                {
                    case WireFormat.WireType.LengthDelimited:
                        fields.Add(number, input.ReadBytes().Memory);
                        break;
                    case WireFormat.WireType.Varint:
                        fields.Add(number, input.ReadInt64());
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EngineException("an answer that is no message", e);
        }
        return fields;
    }
}

/// <summary>The fields of one message; what is missing counts as empty.</summary>
internal sealed class MessageFields
{
    private readonly List<(int Number, ReadOnlyMemory<byte> Bytes, long Integer)> _fields = [];

    public void Add(int number, ReadOnlyMemory<byte> bytes) => _fields.Add((number, bytes, 0));

    public void Add(int number, long integer) => _fields.Add((number, default, integer));

    public string Text(int number) => Utf8.Text(Bytes(number).Span);

    public bool Has(int number) => _fields.Exists(f => f.Number == number);

    public long Integer(int number)
    {
        foreach (var field in _fields)
            if (field.Number == number) return field.Integer;
        return 0;
    }

    /// <summary>The last one given counts, as the format has it.</summary>
    public ReadOnlyMemory<byte> Bytes(int number)
    {
        ReadOnlyMemory<byte> found = default;
        foreach (var field in _fields)
            if (field.Number == number) found = field.Bytes;
        return found;
    }

    public MessageFields Inner(int number) => Message.Read(Bytes(number));

    public IEnumerable<MessageFields> All(int number) => _fields.Where(f => f.Number == number).Select(f => Message.Read(f.Bytes));

    /// <summary>A map of texts.</summary>
    public IEnumerable<KeyValuePair<string, string>> Map(int number) => All(number).Select(m => KeyValuePair.Create(m.Text(1), m.Text(2)));

    /// <summary>A timestamp as nanoseconds since the epoch.</summary>
    public long Time(int number)
    {
        var time = Inner(number);
        return time.Integer(1) * 1_000_000_000 + time.Integer(2);
    }
}
