using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.Outputs;
using Peregrine.Rules;
using Peregrine.Sensor.Configuration;
using Peregrine.State;

namespace Peregrine.Sensor.Alerts;

/// <summary>What the alerts of one rule have in common, prepared at its first match.</summary>
internal sealed class AlertTemplate
{
    private readonly Rule _rule;
    private readonly OutputFormat _prefix;
    private readonly OutputFormat _fields;
    private readonly CompiledExtraField[] _texts;

    /// <param name="rule">The rule.</param>
    /// <param name="catalog">The fields of its source.</param>
    /// <param name="isoTime">Which time stands before the message and among the fields.</param>
    public AlertTemplate(Rule rule, FieldCatalog catalog, bool isoTime)
    {
        _rule = rule;
        var time = isoTime ? "*%evt.time.iso8601" : "*%evt.time";
        _prefix = OutputFormat.Compile($"{time}: {PriorityNames.Name((AlertPriority)rule.Priority)} ", catalog);
        // The fields of the text, the time and the extra fields that are fields themselves make one list, which the format keeps sorted.
        var raw = rule.ExtraFields.Where(f => f.IsRaw).Select(f => f.Definition.Format.TrimStart('*')).Select(f => f.StartsWith('%') ? f : "%" + f);
        _fields = OutputFormat.Compile(string.Join(' ', [time, rule.Output.TrimStart('*'), .. raw]), catalog);
        _texts = [.. rule.ExtraFields.Where(f => !f.IsRaw)];
        Tail = MakeTail(rule.Name, (AlertPriority)rule.Priority, rule.Source);
        Tags = Encoding.UTF8.GetBytes(",\"tags\":[" + string.Join(',', rule.Tags.Select(JsonText.Of)) + "]");
    }

    /// <summary>The members <c>priority</c>, <c>rule</c> and <c>source</c>, with the commas before them.</summary>
    public byte[] Tail { get; }

    /// <summary>The member <c>tags</c> with the comma before it.</summary>
    public byte[] Tags { get; }

    /// <summary>Time and priority, as they stand before every message.</summary>
    public void WritePrefix(IBufferWriter<byte> output, ref EventContext context, EvaluationScratch scratch) => _prefix.TryFormat(ref context, scratch, output);

    /// <summary>The object of the output fields, its keys in alphabetical order.</summary>
    public void WriteFields(Utf8JsonWriter json, ref EventContext context, EvaluationScratch scratch)
    {
        if (_texts.Length > 0)
        {
            WriteMerged(json, ref context, scratch);
            return;
        }
        json.WriteStartObject();
        _fields.TryWriteFields(ref context, scratch, json);
        json.WriteEndObject();
    }

    /// <summary>The alert for the event at hand, but for what is not known of its container yet.</summary>
    /// <param name="context">The event.</param>
    /// <param name="scratch">The worker's.</param>
    /// <param name="withFields">Whether alerts list their fields.</param>
    public HeldAlert Freeze(ref EventContext context, EvaluationScratch scratch, bool withFields)
    {
        var prefix = new ArrayBufferWriter<byte>(64);
        WritePrefix(prefix, ref context, scratch);
        var text = _rule.Format.FreezeText(ref context, scratch);
        var fields = withFields ? _fields.FreezeFields(ref context, scratch) : null;
        var extra = new List<(string Key, FrozenText Text)>();
        if (withFields)
            foreach (var member in _texts) extra.Add((member.Key, member.Format.FreezeText(ref context, scratch)));
        return new HeldAlert(_rule, context.Event.Timestamp, prefix.WrittenSpan.ToArray(), text, fields, extra);
    }

    /// <summary>The object of the output fields of an alert that was held.</summary>
    public static void WriteFields(Utf8JsonWriter json, HeldAlert held, ref EventContext context, EvaluationScratch scratch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(buffer, AlertMaker.JsonOptions))
        {
            inner.WriteStartObject();
            held.Fields?.TryWrite(ref context, scratch, inner);
            inner.WriteEndObject();
        }
        if (held.Extra.Count == 0)
        {
            json.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
            return;
        }
        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        Split(buffer.WrittenMemory, members);
        foreach (var (key, frozen) in held.Extra)
        {
            var text = new ArrayBufferWriter<byte>();
            frozen.TryWrite(ref context, scratch, text);
            members[key] = Quoted(text.WrittenSpan);
        }
        Join(json, members);
    }

    public static byte[] MakeTail(string rule, AlertPriority priority, string source) =>
        Encoding.UTF8.GetBytes($",\"priority\":\"{PriorityNames.Name(priority)}\",\"rule\":{JsonText.Of(rule)},\"source\":{JsonText.Of(source)}");

    /// <summary>With extra fields that are texts of their own: rare, so these may cost a detour.</summary>
    private void WriteMerged(Utf8JsonWriter json, ref EventContext context, EvaluationScratch scratch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(buffer, AlertMaker.JsonOptions))
        {
            inner.WriteStartObject();
            _fields.TryWriteFields(ref context, scratch, inner);
            inner.WriteEndObject();
        }
        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        Split(buffer.WrittenMemory, members);
        foreach (var extra in _texts)
        {
            var text = new ArrayBufferWriter<byte>();
            extra.Format.TryFormat(ref context, scratch, text);
            members[extra.Key] = Quoted(text.WrittenSpan);
        }
        Join(json, members);
    }

    private static void Split(ReadOnlyMemory<byte> json, SortedDictionary<string, byte[]> members)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var member in document.RootElement.EnumerateObject()) members[member.Name] = Encoding.UTF8.GetBytes(member.Value.GetRawText());
    }

    private static byte[] Quoted(ReadOnlySpan<byte> text)
    {
        var value = new ArrayBufferWriter<byte>();
        JsonText.WriteString(value, text);
        return value.WrittenSpan.ToArray();
    }

    private static void Join(Utf8JsonWriter json, SortedDictionary<string, byte[]> members)
    {
        json.WriteStartObject();
        foreach (var (key, value) in members)
        {
            json.WritePropertyName(key);
            json.WriteRawValue(value, skipInputValidation: true);
        }
        json.WriteEndObject();
    }
}
