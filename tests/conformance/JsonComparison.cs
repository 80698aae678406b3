using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peregrine.ConformanceTests;

/// <summary>Compares JSON values: the order of keys means nothing, and numbers are compared as they are written.</summary>
internal static class JsonComparison
{
    /// <summary>The first difference, as a path with both values; null when there is none.</summary>
    public static string? Difference(JsonElement expected, JsonElement actual, string path = "$")
    {
        if (expected.ValueKind != actual.ValueKind) return Differ(path, expected, actual);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in expected.EnumerateObject())
                {
                    if (!actual.TryGetProperty(property.Name, out var value)) return $"{path}.{property.Name}: missing";
                    if (Difference(property.Value, value, $"{path}.{property.Name}") is { } difference) return difference;
                }
                foreach (var property in actual.EnumerateObject())
                    if (!expected.TryGetProperty(property.Name, out _)) return $"{path}.{property.Name}: not expected: {property.Value}";
                return null;
            case JsonValueKind.Array:
                for (var i = 0; i < Math.Min(expected.GetArrayLength(), actual.GetArrayLength()); i++)
                    if (Difference(expected[i], actual[i], $"{path}[{i}]") is { } difference) return difference;
                return expected.GetArrayLength() == actual.GetArrayLength() ? null : $"{path}: {expected.GetArrayLength()} elements expected, found {actual.GetArrayLength()}: {actual}";
            default:
                return expected.ToString() == actual.ToString() ? null : Differ(path, expected, actual);
        }
    }

    /// <summary>The value with every array of texts sorted.</summary>
    public static JsonElement Sorted(JsonElement value) => JsonSerializer.SerializeToElement(SortedNode(value));

    private static JsonNode? SortedNode(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var sorted = new JsonObject();
                foreach (var property in value.EnumerateObject()) sorted[property.Name] = SortedNode(property.Value);
                return sorted;
            case JsonValueKind.Array:
                var items = value.EnumerateArray().ToList();
                if (items.TrueForAll(i => i.ValueKind == JsonValueKind.String)) items.Sort((a, b) => string.CompareOrdinal(a.GetString(), b.GetString()));
                return new JsonArray([.. items.Select(SortedNode)]);
            default:
                return JsonNode.Parse(value.GetRawText());
        }
    }

    private static string Differ(string path, JsonElement expected, JsonElement actual) => $"{path}:\n  expected: {expected}\n  found:    {actual}";
}
