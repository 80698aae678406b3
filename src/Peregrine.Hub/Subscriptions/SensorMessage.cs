using Google.Protobuf;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Subscriptions;

/// <summary>Reads <c>falco.outputs.response</c>, field by field as <c>schema/grpc/outputs.proto</c> numbers them; others are passed over.</summary>
internal static class SensorMessage
{
    // What stands in the message for a field without a value.
    private const string Missing = "<NA>";

    /// <exception cref="AlertException">It is no such message, or lacks what every alert has.</exception>
    public static Alert Read(byte[] message)
    {
        long time = 0;
        uint level = 0;
        string rule = "", output = "", hostname = "", source = "";
        var (fields, tags) = (new List<AlertField>(), new List<string>());
        try
        {
            var input = new CodedInputStream(message);
            while (input.ReadTag() is not 0 and var tag)
            {
                switch (tag)
                {
                    case 1 << 3 | 2: time = Time(input.ReadBytes()); break;
                    case 2 << 3 | 0: level = input.ReadUInt32(); break;
                    case 4 << 3 | 2: rule = input.ReadString(); break;
                    case 5 << 3 | 2: output = input.ReadString(); break;
                    case 6 << 3 | 2: fields.Add(Field(input.ReadBytes())); break;
                    case 7 << 3 | 2: hostname = input.ReadString(); break;
                    case 8 << 3 | 2: tags.Add(input.ReadString()); break;
                    case 9 << 3 | 2: source = input.ReadString(); break;
                    default: input.SkipLastField(); break;
                }
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new AlertException("no message of a sensor: " + e.Message, e);
        }
        if (rule.Length == 0) throw new AlertException("the alert has no rule");
        if (time <= 0) throw new AlertException("the alert has no time");
        if (level > 7) throw new AlertException($"the alert's priority {level} is no known level");
        return new Alert
        {
            Id = Guid.CreateVersion7(),
            UnixNanoseconds = time,
            Priority = (AlertPriority)(8 - level),
            Rule = rule,
            Output = output,
            Source = source,
            Hostname = hostname,
            Tags = tags,
            Fields = [.. fields.DistinctBy(f => f.Name, StringComparer.Ordinal).Take(AlertReader.MaxFields)],
        };
    }

    private static long Time(ByteString timestamp)
    {
        long seconds = 0, nanoseconds = 0;
        var input = timestamp.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (tag == (1 << 3 | 0)) seconds = input.ReadInt64();
            else if (tag == (2 << 3 | 0)) nanoseconds = input.ReadInt32();
            else input.SkipLastField();
        }
        // Beyond it 64 bits of nanoseconds have no room.
        return seconds is < 0 or > 9_000_000_000 ? 0 : seconds * 1_000_000_000 + nanoseconds;
    }

    private static AlertField Field(ByteString entry)
    {
        string name = "", value = "";
        var input = entry.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (tag == (1 << 3 | 2)) name = input.ReadString();
            else if (tag == (2 << 3 | 2)) value = input.ReadString();
            else input.SkipLastField();
        }
        return new AlertField(name, value == Missing ? AlertValue.Null : AlertValue.Of(value));
    }
}
