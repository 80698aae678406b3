using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.ConformanceTests;

/// <summary>Formats events in the forms that the cases give: text, a JSON object of the fields, the fields as texts.</summary>
internal static class FormatText
{
    /// <summary>The text; what came before the first missing value when the format does not keep missing ones.</summary>
    public static string Of(ref EventContext context, string format, EvaluationScratch scratch)
    {
        var output = new ArrayBufferWriter<byte>();
        OutputFormat.Compile(format, CaptureReplay.Catalog).TryFormat(ref context, scratch, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The text; null when a value is missing.</summary>
    public static string? CompleteOf(ref EventContext context, string format, EvaluationScratch scratch)
    {
        var output = new ArrayBufferWriter<byte>();
        return OutputFormat.Compile(format, CaptureReplay.Catalog).TryFormat(ref context, scratch, output) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    public static string JsonOf(ref EventContext context, string format, EvaluationScratch scratch)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            OutputFormat.Compile(format, CaptureReplay.Catalog).TryWriteFields(ref context, scratch, json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static SortedDictionary<string, string> Fields(ref EventContext context, string format, EvaluationScratch scratch, bool transformed) =>
        OutputFormat.Compile(format, CaptureReplay.Catalog).Resolve(ref context, scratch, transformed);
}
