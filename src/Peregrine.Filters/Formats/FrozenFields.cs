using System.Buffers;
using System.Text.Json;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>The output fields of one event, as <see cref="FrozenText"/> is its text.</summary>
public sealed class FrozenFields
{
    private static readonly JsonWriterOptions Raw = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(OutputField Field, byte[]? Json, bool Later)> _fields = [];
    private readonly bool _keepsMissing;

    internal FrozenFields(bool keepsMissing) => _keepsMissing = keepsMissing;

    /// <summary>What must still become known.</summary>
    public ContainerFacts Awaits { get; private set; }

    /// <summary>Bytes that it holds.</summary>
    public int Size { get; private set; }

    /// <summary>Writes the fields as properties of an object that the caller has opened; false, after those before it, when a value is missing and the format does not keep missing ones.</summary>
    public bool TryWrite(ref EventContext context, EvaluationScratch scratch, Utf8JsonWriter writer)
    {
        var complete = Complete(ref context, scratch);
        foreach (var (field, json, later) in _fields)
        {
            if (field.Order >= complete) continue;
            writer.WritePropertyName(field.Utf8Key);
            var value = new FieldValue(scratch.Buffer);
            if (json is not null) writer.WriteRawValue(json, skipInputValidation: true);
            else if (later && field.Source.TryGet(ref context, ref value)) OutputValues.Write(field, ref context, ref value, writer);
            else writer.WriteNullValue();
        }
        return complete == int.MaxValue;
    }

    internal void Add(OutputField field, ref EventContext context, EvaluationScratch scratch)
    {
        if (FrozenText.IsAwaited(field.Source, ref context))
        {
            Awaits |= field.Source.Awaits;
            _fields.Add((field, null, true));
            return;
        }
        var value = new FieldValue(scratch.Buffer);
        if (!field.Source.TryGet(ref context, ref value))
        {
            _fields.Add((field, null, false));
            return;
        }
        var json = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(json, Raw)) OutputValues.Write(field, ref context, ref value, writer);
        _fields.Add((field, json.WrittenSpan.ToArray(), false));
        Size += json.WrittenCount;
    }

    /// <summary>The place, in the order of the text, of the first field without a value; all are written where missing ones are kept.</summary>
    private int Complete(ref EventContext context, EvaluationScratch scratch)
    {
        var complete = int.MaxValue;
        if (_keepsMissing) return complete;
        foreach (var (field, json, later) in _fields)
        {
            var value = new FieldValue(scratch.Buffer);
            if (json is null && field.Order < complete && !(later && field.Source.TryGet(ref context, ref value))) complete = field.Order;
        }
        return complete;
    }
}
