using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.Outputs;
using Peregrine.Rules;
using Peregrine.Sensor.Configuration;
using Peregrine.State;

namespace Peregrine.Sensor.Alerts;

/// <summary>Makes the alert of a rule that matched: the text line, or the JSON object with its keys in alphabetical order. Belongs to one worker.</summary>
public sealed class AlertMaker : IDisposable
{
    internal static readonly JsonWriterOptions JsonOptions = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string InternalSource = "internal";

    private readonly AlertOptions _options;
    private readonly IReadOnlyDictionary<string, FieldCatalog> _catalogs;
    private readonly EventTime _time;
    private readonly Dictionary<Rule, AlertTemplate> _templates = [];
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly ArrayBufferWriter<byte> _fields = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly byte[] _head;

    /// <param name="options">The form of alerts.</param>
    /// <param name="catalogs">The fields of each source.</param>
    /// <param name="hostname">The machine's name, for <c>hostname</c>.</param>
    /// <param name="zone">The zone of times of day.</param>
    public AlertMaker(AlertOptions options, IReadOnlyDictionary<string, FieldCatalog> catalogs, string hostname, TimeZoneInfo zone)
    {
        (_options, _catalogs, Hostname, _time) = (options, catalogs, hostname, new EventTime(zone));
        _json = new Utf8JsonWriter(_fields, JsonOptions);
        _head = Encoding.UTF8.GetBytes("{\"hostname\":" + JsonText.Of(hostname));
    }

    public string Hostname { get; }

    private bool NeedsFields => _options.WithParts || (_options.Json && _options.IncludeOutputFields);

    /// <summary>The alert of a rule for the event at hand.</summary>
    public Alert Make(Rule rule, ref EventContext context, EvaluationScratch scratch)
    {
        var template = Template(rule);
        var time = context.Event.Timestamp;
        _text.ResetWrittenCount();
        template.WritePrefix(_text, ref context, scratch);
        var prefix = _text.WrittenCount;
        rule.Format.TryFormat(ref context, scratch, _text);
        if (NeedsFields)
        {
            BeginFields();
            template.WriteFields(_json, ref context, scratch);
        }
        return Finish(rule, time, prefix, template);
    }

    /// <summary>The alert of a rule for the event at hand, to be finished when more is known of its container.</summary>
    public HeldAlert Hold(Rule rule, ref EventContext context, EvaluationScratch scratch) => Template(rule).Freeze(ref context, scratch, NeedsFields);

    /// <summary>The alert that was held, with what is known of the container by now.</summary>
    /// <param name="held">What <see cref="Hold"/> gave.</param>
    /// <param name="context">The event as it was kept.</param>
    /// <param name="scratch">The worker's.</param>
    public Alert Finish(HeldAlert held, ref EventContext context, EvaluationScratch scratch)
    {
        var template = Template(held.Rule);
        _text.ResetWrittenCount();
        _text.Write(held.Prefix);
        held.Text.TryWrite(ref context, scratch, _text);
        if (NeedsFields)
        {
            BeginFields();
            AlertTemplate.WriteFields(_json, held, ref context, scratch);
        }
        return Finish(held.Rule, held.Time, held.Prefix.Length, template);
    }

    public void Dispose() => _json.Dispose();

    /// <summary>An alert of the sensor about itself. Its form is always the same: no tags, the message without time and priority, the time of day in text.</summary>
    /// <param name="rule">The name it goes by.</param>
    /// <param name="priority">How grave it is.</param>
    /// <param name="message">What happened.</param>
    /// <param name="time">When, ns since the epoch.</param>
    /// <param name="fields">In alphabetical order.</param>
    public Alert MakeInternal(string rule, AlertPriority priority, string message, ulong time, IReadOnlyList<InternalField> fields)
    {
        _line.ResetWrittenCount();
        if (_options.Json || _options.WithParts)
        {
            BeginFields();
            _json.WriteStartObject();
            foreach (var field in fields) field.Write(_json);
            _json.WriteEndObject();
            _json.Flush();
        }
        if (_options.Json)
        {
            _line.Write(_head);
            _line.Write(",\"output\":"u8);
            JsonText.WriteString(_line, Encoding.UTF8.GetBytes(message));
            _line.Write(",\"output_fields\":"u8);
            _line.Write(_fields.WrittenSpan);
            _line.Write(AlertTemplate.MakeTail(rule, priority, InternalSource));
            WriteTime(time);
        }
        else
        {
            _time.WriteTimeOfDay(_line, time);
            Encoding.UTF8.GetBytes($": {PriorityNames.Name(priority)} {message} ({string.Join(' ', fields)})", _line);
        }
        _line.Write("\n"u8);
        return new Alert
        {
            Time = time,
            Priority = priority,
            Rule = rule,
            Source = InternalSource,
            Line = _line.WrittenSpan.ToArray(),
            Parts = _options.WithParts ? new AlertParts(Hostname, [], Encoding.UTF8.GetBytes(message), _fields.WrittenSpan.ToArray()) : null,
        };
    }

    private AlertTemplate Template(Rule rule)
    {
        if (!_templates.TryGetValue(rule, out var template)) _templates[rule] = template = new AlertTemplate(rule, _catalogs[rule.Source], _options.IsoTime);
        return template;
    }

    private void BeginFields()
    {
        _fields.ResetWrittenCount();
        _json.Reset();
    }

    private Alert Finish(Rule rule, ulong time, int prefix, AlertTemplate template)
    {
        _line.ResetWrittenCount();
        if (NeedsFields) _json.Flush();
        if (_options.Json) WriteJson(time, prefix, template.Tail, template.Tags);
        else _line.Write(_text.WrittenSpan);
        _line.Write("\n"u8);
        return new Alert
        {
            Time = time,
            Priority = (AlertPriority)rule.Priority,
            Rule = rule.Name,
            Source = rule.Source,
            Line = _line.WrittenSpan.ToArray(),
            Parts = _options.WithParts ? new AlertParts(Hostname, rule.Tags, _text.WrittenSpan.ToArray(), _fields.WrittenSpan.ToArray()) : null,
        };
    }

    private void WriteJson(ulong time, int prefix, ReadOnlySpan<byte> tail, ReadOnlySpan<byte> tags)
    {
        _line.Write(_head);
        if (_options.IncludeMessage)
        {
            _line.Write(",\"message\":"u8);
            JsonText.WriteString(_line, _text.WrittenSpan[prefix..]);
        }
        if (_options.IncludeOutput)
        {
            _line.Write(",\"output\":"u8);
            JsonText.WriteString(_line, _text.WrittenSpan);
        }
        if (_options.IncludeOutputFields)
        {
            _line.Write(",\"output_fields\":"u8);
            _line.Write(_fields.WrittenSpan);
        }
        _line.Write(tail);
        if (_options.IncludeTags) _line.Write(tags);
        WriteTime(time);
    }

    private void WriteTime(ulong time)
    {
        _line.Write(",\"time\":\""u8);
        EventTime.WriteIso(_line, time, "Z");
        _line.Write("\"}"u8);
    }
}
