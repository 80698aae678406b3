using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Events;

namespace Peregrine.Filters.Listing;

/// <summary>The events that <c>--list-events</c> prints: those of today's schema, by name with their parameters.</summary>
public static class EventListing
{
    /// <summary>Current events: not the layouts of old recordings, which are converted, and not the entries into calls, which are no longer recorded.</summary>
    public static IEnumerable<EventInfo> Current()
    {
        for (var i = 0; i < EventSchema.Count; i++)
        {
            var info = EventSchema.Get((EventType)i);
            if (info.IsSurfaced && info.Type != EventType.GenericE) yield return info;
        }
    }

    /// <summary>One event a line: <c>open(FD fd, FSPATH name, …)</c>, then the calls that have no event of their own.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        foreach (var info in Current()) text.Append(Signature(info)).Append('\n');
        text.Append("\nWithout an event of their own (parameters: none):\n");
        foreach (var name in Generic()) text.Append(name).Append('\n');
        return text.ToString();
    }

    public static string Markdown()
    {
        var text = new StringBuilder("# Events\n\nMade from the event schema ").Append(EventSchema.Version).Append(" by `peregrine --list-events --markdown`; do not edit.\n\n| event | category | parameters |\n|---|---|---|\n");
        foreach (var info in Current())
            text.Append("| `").Append(info.Name).Append("` | ").Append(Category(info)).Append(" | ").Append(Parameters(info)).Append(" |\n");
        text.Append("\nSystem calls without an event of their own: ").AppendJoin(", ", Generic().Select(n => $"`{n}`")).Append(".\n");
        return text.ToString();
    }

    /// <summary>One object with the arrays <c>events</c> and <c>generic</c>, on one line.</summary>
    public static string Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("events");
            foreach (var info in Current()) Write(json, info);
            json.WriteEndArray();
            json.WriteStartArray("generic");
            foreach (var name in Generic()) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Write(Utf8JsonWriter json, EventInfo info)
    {
        json.WriteStartObject();
        json.WriteString("name", info.Name);
        json.WriteString("category", Category(info));
        json.WriteStartArray("params");
        foreach (var param in info.Params)
        {
            json.WriteStartObject();
            json.WriteString("name", param.Name);
            json.WriteString("type", FieldTypeName.Of(param.Type));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<string> Generic()
    {
        for (var i = 0; i < EventSchema.Syscalls.Length; i++)
        {
            var call = EventSchema.Get((SyscallCode)i);
            if (call.Code != SyscallCode.Unknown && call.Events is [] or [EventType.GenericE, ..] or [EventType.GenericX, ..]) yield return call.Name;
        }
    }

    private static string Signature(EventInfo info) => $"{info.Name}({Parameters(info)})";

    private static string Parameters(EventInfo info) => string.Join(", ", info.Params.Select(p => $"{FieldTypeName.Of(p.Type)} {p.Name}"));

    /// <summary>What an event is about: the low bits of its category, without those that say where it comes from.</summary>
    private static string Category(EventInfo info) => (EventCategory)((ushort)info.Category & 0x3f) switch
    {
        EventCategory.IoRead => "read",
        EventCategory.IoWrite => "write",
        EventCategory.IoOther => "io",
        var category when Enum.IsDefined(category) => category.ToString().ToLowerInvariant(),
        _ => "other",
    };
}
