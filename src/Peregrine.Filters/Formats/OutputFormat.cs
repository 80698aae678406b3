using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>An output text with fields in it, ready to be filled in for events. Immutable.</summary>
public sealed class OutputFormat
{
    private static ReadOnlySpan<byte> Missing => "<NA>"u8;

    private readonly OutputToken[] _tokens;
    private readonly OutputField[] _fields;

    internal OutputFormat(string text, bool keepsMissing, OutputToken[] tokens, OutputField[] fields)
    {
        (Text, KeepsMissing, _tokens, _fields) = (text, keepsMissing, tokens, fields);
    }

    /// <summary>The format as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether a missing value is printed as <c>&lt;NA&gt;</c> (a leading <c>*</c>); otherwise it makes the whole formatting fail.</summary>
    public bool KeepsMissing { get; }

    public IReadOnlyList<OutputToken> Tokens => _tokens;

    /// <summary>What must be known of the container for all values to be final.</summary>
    public ContainerFacts Awaits
    {
        get
        {
            var facts = ContainerFacts.None;
            foreach (var token in _tokens) facts |= token.Source?.Awaits ?? ContainerFacts.None;
            return facts;
        }
    }

    /// <summary>The fields, each once, by key in bytewise order: what JSON lists.</summary>
    public IReadOnlyList<OutputField> Fields => _fields;

    /// <exception cref="FilterException">The format is empty, ends in <c>%</c> or a number, or names no field; the message is the reference's.</exception>
    public static OutputFormat Compile(string format, FieldCatalog catalog) => new OutputFormatCompiler(format, catalog).Compile();

    /// <summary>
    /// Appends the text. False when a value is missing and the format does not keep missing ones; the text up to there is then appended.
    /// </summary>
    public bool TryFormat(ref EventContext context, EvaluationScratch scratch, IBufferWriter<byte> output)
    {
        scratch.Enter(ref context);
        foreach (var token in _tokens)
        {
            if (token.Source is null)
            {
                output.Write(token.Literal);
                continue;
            }
            var value = new FieldValue(scratch.Buffer);
            if (OutputValues.TryRender(token.Source, ref context, ref value, out var text)) Write(output, text, token.Width);
            else if (KeepsMissing) Write(output, Missing, token.Width);
            else return false;
        }
        return true;
    }

    /// <summary>
    /// Writes the fields as a JSON object's properties into one that the caller has opened: numbers, booleans and lists as such, texts as strings, missing values as null.
    /// False, after those before it, when a value is missing and the format does not keep missing ones.
    /// </summary>
    public bool TryWriteFields(ref EventContext context, EvaluationScratch scratch, Utf8JsonWriter writer, bool transformed = true)
    {
        scratch.Enter(ref context);
        var complete = KeepsMissing ? _fields.Length : Complete(ref context, scratch);
        foreach (var field in _fields)
        {
            if (field.Order >= complete || (field.IsTransformed && !transformed)) continue;
            var value = new FieldValue(scratch.Buffer);
            if (field.Source.TryGet(ref context, ref value))
            {
                writer.WritePropertyName(field.Utf8Key);
                OutputValues.Write(field, ref context, ref value, writer);
            }
            else
            {
                writer.WriteNull(field.Utf8Key);
            }
        }
        return complete == _fields.Length;
    }

    /// <summary>The text for the event at hand, but for what is not known of its container yet.</summary>
    public FrozenText FreezeText(ref EventContext context, EvaluationScratch scratch)
    {
        scratch.Enter(ref context);
        var frozen = new FrozenText(KeepsMissing);
        foreach (var token in _tokens)
        {
            if (token.Source is not { } source) frozen.Add(token.Literal, 0);
            else if (FrozenText.IsAwaited(source, ref context)) frozen.AddLater(source, token.Width);
            else
            {
                var value = new FieldValue(scratch.Buffer);
                if (OutputValues.TryRender(source, ref context, ref value, out var text)) frozen.Add(text, token.Width);
                else if (KeepsMissing) frozen.Add(Missing, token.Width);
                else
                {
                    frozen.AddEnd();
                    break;
                }
            }
        }
        return frozen;
    }

    /// <summary>The fields for the event at hand, likewise.</summary>
    public FrozenFields FreezeFields(ref EventContext context, EvaluationScratch scratch)
    {
        scratch.Enter(ref context);
        var frozen = new FrozenFields(KeepsMissing);
        foreach (var field in _fields) frozen.Add(field, ref context, scratch);
        return frozen;
    }

    /// <summary>How many fields, in the order of the text, have values before the first that has none.</summary>
    private int Complete(ref EventContext context, EvaluationScratch scratch)
    {
        var complete = _fields.Length;
        foreach (var field in _fields)
        {
            var value = new FieldValue(scratch.Buffer);
            if (field.Order < complete && !field.Source.TryGet(ref context, ref value)) complete = field.Order;
        }
        return complete;
    }

    /// <summary>The fields as texts by key; missing ones as <c>&lt;NA&gt;</c>. For tests, tools and string-only outputs.</summary>
    public SortedDictionary<string, string> Resolve(ref EventContext context, EvaluationScratch scratch, bool transformed = true)
    {
        scratch.Enter(ref context);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var complete = KeepsMissing ? _fields.Length : Complete(ref context, scratch);
        foreach (var field in _fields)
        {
            if (field.Order >= complete || (field.IsTransformed && !transformed)) continue;
            var value = new FieldValue(scratch.Buffer);
            if (OutputValues.TryRender(field.Source, ref context, ref value, out var text)) values[field.Key] = Encoding.UTF8.GetString(text);
            else if (KeepsMissing) values[field.Key] = "<NA>";
        }
        return values;
    }

    internal static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> text, int width)
    {
        if (width == 0)
        {
            output.Write(text);
            return;
        }
        output.Write(text[..Math.Min(text.Length, width)]);
        var missing = width - text.Length;
        if (missing <= 0) return;
        output.GetSpan(missing)[..missing].Fill((byte)' ');
        output.Advance(missing);
    }
}
