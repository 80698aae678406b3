using System.Net;
using System.Text.Json;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>The bulk call's answer: a status for each document.</summary>
internal static class ElasticsearchAnswer
{
    public static DeliveryResult Read(string text, int count)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            if (answer.RootElement.TryGetProperty("errors", out var errors) && !errors.GetBoolean()) return DeliveryResult.Delivered;
            var items = answer.RootElement.GetProperty("items").EnumerateArray().Select(Item).ToList();
            return items.Count == count ? DeliveryResult.Each(items) : DeliveryResult.Retry($"the answer has {items.Count} results for {count} documents");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Something that is no Elasticsearch answered: a proxy's page, say.
            return DeliveryResult.Retry("the answer is not the bulk call's: " + StatusVerdict.Reason(HttpStatusCode.OK, text));
        }
    }

    private static ItemResult Item(JsonElement item)
    {
        var result = item.EnumerateObject().First().Value;
        var status = (HttpStatusCode)result.GetProperty("status").GetInt32();
        // 409: the document is there from a delivery whose answer was lost.
        if ((int)status is >= 200 and < 300 || status == HttpStatusCode.Conflict) return new ItemResult(DeliveryOutcome.Delivered, "");
        var error = result.TryGetProperty("error", out var e) ? e.ValueKind == JsonValueKind.Object && e.TryGetProperty("reason", out var reason) ? reason.ToString() : e.ToString() : "";
        return new ItemResult(StatusVerdict.MayWorkLater(status) ? DeliveryOutcome.Retry : DeliveryOutcome.Rejected, StatusVerdict.Reason(status, error));
    }
}
