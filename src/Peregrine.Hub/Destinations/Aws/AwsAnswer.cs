using System.Net;
using System.Text.Json;
using System.Xml;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Reads the answers of calls that succeeded as a whole.</summary>
internal static class AwsAnswer
{
    /// <summary>What <paramref name="read"/> makes of the answer; an answer of another shape comes from something that is not the service, and the batch is tried again.</summary>
    public static DeliveryResult Read(string json, Func<JsonElement, DeliveryResult> read) => Guard(json, () =>
    {
        using var answer = JsonDocument.Parse(json);
        return read(answer.RootElement);
    });

    /// <inheritdoc cref="Read(string, Func{JsonElement, DeliveryResult})"/>
    public static DeliveryResult Guard(string text, Func<DeliveryResult> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or XmlException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            return DeliveryResult.Retry("the answer is not the service's: " + StatusVerdict.Reason(HttpStatusCode.OK, text));
        }
    }

    public static IEnumerable<JsonElement> Items(JsonElement item, string name) =>
        item.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : Enumerable.Empty<JsonElement>();

    public static string Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.ToString() : "";
}
