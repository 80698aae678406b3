using System.Text;
using System.Text.Json;

namespace Peregrine.Hub.Alerts;

/// <summary>
/// Reads alerts from JSON, as sensors send it and as the hub's own journal holds it. Keys that it does not know are passed over; of a key that comes twice the last one counts.
/// </summary>
public static class AlertReader
{
    /// <summary>Deep enough for any field of the field's plugins; a bound because each level costs stack where the value is used.</summary>
    public const int MaxDepth = 64;

    /// <summary>More output fields than any rule names by far; a bound because each costs an entry in several indexes.</summary>
    public const int MaxFields = 20_000;

    internal static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads one alert that must fill the whole text.</summary>
    /// <exception cref="AlertException">It is no JSON object, or lacks what every alert has.</exception>
    public static Alert Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, Options);
            reader.Read();
            var alert = Read(ref reader);
            if (reader.Read()) throw new AlertException("more than one value");
            return alert;
        }
        catch (JsonException e)
        {
            throw new AlertException(Describe(e), e);
        }
        catch (InvalidOperationException)
        {
            // A name that is not UTF-8 (a file's, say) must not cost the alert: what is not text becomes U+FFFD, as sensors do it.
            return Read(WellFormed(utf8));
        }
    }

    /// <summary>The same text with U+FFFD for what is not UTF-8.</summary>
    internal static byte[] WellFormed(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));

    internal static string Describe(JsonException e) => $"invalid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";

    /// <summary>Reads the object at which the reader stands, to its end.</summary>
    /// <exception cref="AlertException">It lacks what every alert has.</exception>
    internal static Alert Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new AlertException("an alert is a JSON object");
        Guid? id = null;
        long time = 0;
        var priority = AlertPriority.None;
        string rule = "", output = "", source = "", hostname = "";
        IReadOnlyList<string> tags = [];
        IReadOnlyList<AlertField> fields = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("time"u8)) time = ReadTime(ref reader);
            else if (reader.ValueTextEquals("priority"u8)) priority = ReadPriority(ref reader);
            else if (reader.ValueTextEquals("rule"u8)) rule = ReadText(ref reader, "rule", isName: true);
            else if (reader.ValueTextEquals("output"u8)) output = ReadText(ref reader, "output");
            else if (reader.ValueTextEquals("source"u8)) source = ReadText(ref reader, "source", isName: true);
            else if (reader.ValueTextEquals("hostname"u8)) hostname = ReadText(ref reader, "hostname", isName: true);
            else if (reader.ValueTextEquals("tags"u8)) tags = ReadTags(ref reader);
            else if (reader.ValueTextEquals("output_fields"u8)) fields = AlertFieldsReader.Read(ref reader);
            else if (reader.ValueTextEquals("uuid"u8)) id = ReadId(ref reader);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        if (rule.Length == 0) throw new AlertException("the alert has no rule");
        if (priority == AlertPriority.None) throw new AlertException("the alert has no priority");
        if (time == 0) throw new AlertException("the alert has no time");
        return new Alert
        {
            Id = id ?? Guid.CreateVersion7(),
            UnixNanoseconds = time,
            Priority = priority,
            Rule = rule,
            Output = output,
            Source = source,
            Hostname = hostname,
            Tags = tags,
            Fields = fields,
        };
    }

    private static string ReadText(ref Utf8JsonReader reader, string key, bool isName = false)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => isName ? KnownTexts.Read(ref reader) : reader.GetString()!,
            JsonTokenType.Null => "",
            _ => throw new AlertException($"'{key}' is not a string"),
        };
    }

    private static long ReadTime(ref Utf8JsonReader reader)
    {
        var text = ReadText(ref reader, "time");
        return AlertTime.TryParse(text, out var time) ? time : throw new AlertException($"'time' is not an RFC 3339 time: '{Shorten(text)}'");
    }

    private static AlertPriority ReadPriority(ref Utf8JsonReader reader)
    {
        var text = ReadText(ref reader, "priority");
        return AlertPriorities.TryParse(text, out var priority) ? priority : throw new AlertException($"'priority' is no known level: '{Shorten(text)}'");
    }

    private static Guid? ReadId(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var id) && id != Guid.Empty) return id;
        reader.Skip();
        return null;
    }

    private static List<string> ReadTags(ref Utf8JsonReader reader)
    {
        reader.Read();
        var tags = new List<string>();
        if (reader.TokenType == JsonTokenType.Null) return tags;
        if (reader.TokenType != JsonTokenType.StartArray) throw new AlertException("'tags' is not a list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) throw new AlertException("'tags' holds something that is not a string");
            tags.Add(KnownTexts.Read(ref reader));
        }
        return tags;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
