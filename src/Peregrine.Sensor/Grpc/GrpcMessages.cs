using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Peregrine.Filters.Fields;
using Peregrine.Filters.Listing;
using Peregrine.Outputs;
using Peregrine.Sensor.Commands;

namespace Peregrine.Sensor.Grpc;

/// <summary>Writes the messages of the two services, field by field as <c>schema/grpc/*.proto</c> numbers them. A field that has its default is left out, as proto3 has it.</summary>
internal static class GrpcMessages
{
    /// <summary>What a field without a value is shown as.</summary>
    private const string Missing = "<NA>";

    /// <summary><c>falco.outputs.response</c>.</summary>
    public static byte[] Of(Alert alert)
    {
        var parts = alert.Parts;
        return Write(to =>
        {
            Message(to, 1, Timestamp(alert.Time));
            Number(to, 2, (uint)alert.Priority);
            Number(to, 3, alert.Source switch { "syscall" => 0u, "k8s_audit" => 1u, "internal" => 2u, _ => 3u });
            Text(to, 4, alert.Rule);
            Bytes(to, 5, (parts?.Text ?? alert.Body).Span);
            if (parts is not null)
            {
                foreach (var (key, value) in Fields(parts.Fields)) Message(to, 6, Write(entry => Entry(entry, key, value)));
                Text(to, 7, parts.Hostname);
                foreach (var tag in parts.Tags) Text(to, 8, tag, always: true);
            }
            Text(to, 9, alert.Source);
        });
    }

    /// <summary><c>falco.version.response</c>: of the version of Falco that this sensor stands in for, since that is what clients compare.</summary>
    public static byte[] Version()
    {
        var falco = Parts(Versions.Falco);
        var engine = Parts(Versions.Engine);
        return Write(to =>
        {
            Text(to, 1, Versions.Falco);
            for (var i = 0; i < 3; i++) Number(to, 2 + i, falco[i]);
            Text(to, 6, "peregrine-" + Versions.Peregrine);
            Number(to, 7, engine[1]);
            Text(to, 8, FieldListing.Checksum([.. SyscallFields.Classes, ContainerFields.Class]));
            Number(to, 9, engine[0]);
            Number(to, 10, engine[2]);
            Text(to, 11, Versions.Engine);
        });
    }

    /// <summary>The values as texts: texts as they are, numbers as JSON writes them, lists in parentheses.</summary>
    private static List<(string Key, string Value)> Fields(ReadOnlyMemory<byte> json)
    {
        var fields = new List<(string, string)>();
        using var document = JsonDocument.Parse(json);
        foreach (var member in document.RootElement.EnumerateObject()) fields.Add((member.Name, Shown(member.Value)));
        return fields;
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => Missing,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => "(" + string.Join(',', value.EnumerateArray().Select(Shown)) + ")",
        _ => value.GetRawText(),
    };

    private static byte[] Timestamp(ulong time) => Write(to =>
    {
        if (time / 1_000_000_000 is > 0 and var seconds)
        {
            to.WriteTag(1, WireFormat.WireType.Varint);
            to.WriteInt64((long)seconds);
        }
        Number(to, 2, (uint)(time % 1_000_000_000));
    });

    private static void Entry(CodedOutputStream to, string key, string value)
    {
        Text(to, 1, key);
        Text(to, 2, value);
    }

    private static uint[] Parts(string version) => [.. version.Split('.').Select(p => uint.Parse(p, CultureInfo.InvariantCulture))];

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var to = new CodedOutputStream(memory, leaveOpen: true)) write(to);
        return memory.ToArray();
    }

    private static void Number(CodedOutputStream to, int field, uint value)
    {
        if (value == 0) return;
        to.WriteTag(field, WireFormat.WireType.Varint);
        to.WriteUInt32(value);
    }

    private static void Text(CodedOutputStream to, int field, string value, bool always = false)
    {
        if (value.Length == 0 && !always) return;
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteString(value);
    }

    /// <summary>A text that is UTF-8 but for what a program put into it; protobuf takes nothing else.</summary>
    private static void Bytes(CodedOutputStream to, int field, ReadOnlySpan<byte> utf8) => Text(to, field, System.Text.Encoding.UTF8.GetString(utf8));

    private static void Message(CodedOutputStream to, int field, byte[] message)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(UnsafeByteOperations.UnsafeWrap(message));
    }
}
