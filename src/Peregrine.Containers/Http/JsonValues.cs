using System.Globalization;
using System.Text.Json;

namespace Peregrine.Containers.Http;

/// <summary>Reads values out of answers; what is missing or of another kind counts as empty, since engines leave out what they do not have.</summary>
internal static class JsonValues
{
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string Text(this JsonElement element, string name) => element.Get(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    public static bool Flag(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.True;

    public static long Number(this JsonElement element, string name, long missing = 0) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : missing;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Get(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    public static IEnumerable<string> Texts(this JsonElement element, string name) => element.Items(name).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!);

    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) => element.Get(name) is { ValueKind: JsonValueKind.Object } inner ? inner.EnumerateObject() : [];

    /// <summary>An object of texts.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Map(this JsonElement element, string name) =>
        element.Members(name).Where(m => m.Value.ValueKind == JsonValueKind.String).Select(m => KeyValuePair.Create(m.Name, m.Value.GetString()!));

    /// <summary>A date and time as nanoseconds since the epoch; 0 when it is none.</summary>
    public static long Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1970 ? (time - DateTimeOffset.UnixEpoch).Ticks * 100 : 0;
}
