using System.Text.Json;

namespace Peregrine.LiveTests.Harness;

/// <summary>One alert as the sensor wrote it to stdout.</summary>
public sealed class Alert
{
    private readonly JsonElement _json;

    private Alert(JsonElement json) => _json = json;

    public string Rule => _json.GetProperty("rule").GetString()!;

    public string Priority => _json.GetProperty("priority").GetString()!;

    public string Output => _json.GetProperty("output").GetString()!;

    public DateTimeOffset Time => _json.GetProperty("time").GetDateTimeOffset();

    /// <summary>A field as text; null when it had no value.</summary>
    public string? this[string field] =>
        _json.GetProperty("output_fields").TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    /// <summary>Null for a line that is no alert.</summary>
    public static Alert? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            var json = JsonDocument.Parse(line).RootElement;
            return json.TryGetProperty("rule", out _) ? new Alert(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => _json.GetRawText();
}
