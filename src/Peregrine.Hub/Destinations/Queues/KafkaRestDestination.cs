using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>A topic of Kafka behind its REST proxy; the events go as bytes. The proxy answers for each record.</summary>
internal sealed class KafkaRestDestination(DestinationContext context) : HttpDestination(context)
{
    private const int MayWorkLater = 2;

    private readonly Uri _address = context.Address("address");
    private readonly string _mediaType = $"application/vnd.kafka.binary.v{context.Settings.Integer("version")}+json";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "kafkarest",
        Section = "kafkarest",
        Title = "Kafka REST proxy",
        Family = DestinationFamily.Queues,
        EnabledBy = ["address"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("address", "Address of the topic (http://host:8082/topics/falco)"),
            Setting.Integer("version", "Version of the proxy's API", 2, least: 1, most: 2),
        ],
        Batch = _ => BatchLimits.Many(100, 900 * 1024),
        Create = context => new KafkaRestDestination(context),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var content = JsonBody.Create(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("records");
                foreach (var alert in batch)
                {
                    writer.WriteStartObject();
                    writer.WriteBase64String("value", alert.ToJson());
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            },
            _mediaType);
        // The proxy compares the type as a whole.
        content.Headers.ContentType!.CharSet = null;
        return new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var text = await ReadTextAsync(answer, cancellation);
        if (!answer.IsSuccessStatusCode) return StatusVerdict.Of(answer, text, Context.Clock);
        try
        {
            using var json = JsonDocument.Parse(text);
            var items = json.RootElement.GetProperty("offsets").EnumerateArray().Select(Item).ToList();
            if (items.Count == batch.Count) return DeliveryResult.Each(items);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The status said that it was taken; an answer in another form does not change that.
        }
        return DeliveryResult.Delivered;
    }

    private static ItemResult Item(JsonElement offset)
    {
        if (!offset.TryGetProperty("error_code", out var code) || code.ValueKind != JsonValueKind.Number) return new ItemResult(DeliveryOutcome.Delivered, "");
        var reason = offset.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()! : "the record was refused";
        return new ItemResult(code.TryGetInt32(out var number) && number == MayWorkLater ? DeliveryOutcome.Retry : DeliveryOutcome.Rejected, reason);
    }
}
