using System.Net;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Quickwit's intake: an event on each line; the index can be made when it is not there.</summary>
internal sealed class QuickwitDestination(DestinationContext context) : HttpDestination(context)
{
    private static readonly (string Name, string Type)[] Fields =
        [("time", "datetime"), ("uuid", "text"), ("hostname", "text"), ("priority", "text"), ("source", "text"), ("output", "text"), ("rule", "text"), ("tags", "array<text>"), ("output_fields", "json")];

    public static DestinationKind Kind { get; } = new()
    {
        Name = "quickwit",
        Section = "quickwit",
        Title = "Quickwit",
        Family = DestinationFamily.Logs,
        EnabledBy = ["hostport"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Text("apiendpoint", "Path of the API", "api/v1"),
            Setting.Text("index", "Index", "falco"),
            Setting.Text("version", "Version of the index configuration", "0.7"),
            Setting.Flag("autocreateindex", "Make the index when it is not there"),
        ],
        Batch = _ => BatchLimits.Many(1000),
        Create = context => new QuickwitDestination(context),
    };

    private readonly Uri _indexes = context.Address("hostport", $"/{context.Text("apiendpoint").Trim('/')}/indexes");
    private readonly Uri _ingest = context.Address("hostport", $"/{context.Text("apiendpoint").Trim('/')}/{Uri.EscapeDataString(context.Text("index"))}/ingest");
    private bool _indexIsThere;

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (Context.Settings.Flag("autocreateindex") && !_indexIsThere && await CreateIndexAsync(cancellation) is { } failure) return failure;
        return await base.DeliverAsync(batch, cancellation);
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _ingest) { Content = JsonBody.Of(EventLines.Of(batch), "application/x-ndjson") };

    // Null when the index is there now.
    private async ValueTask<DeliveryResult?> CreateIndexAsync(CancellationToken cancellation)
    {
        using var known = await Client.GetAsync(new Uri($"{_indexes}/{Uri.EscapeDataString(Context.Text("index"))}"), cancellation);
        if (known.StatusCode == HttpStatusCode.NotFound)
        {
            using var made = await Client.PostAsync(_indexes, JsonBody.Create(WriteIndex), cancellation);
            if (!made.IsSuccessStatusCode) return DeliveryResult.Retry("the index could not be made: " + StatusVerdict.Reason(made.StatusCode, await ReadTextAsync(made, cancellation)));
        }
        else if (!known.IsSuccessStatusCode)
        {
            return DeliveryResult.Retry("the index could not be asked for: " + StatusVerdict.Reason(known.StatusCode, await ReadTextAsync(known, cancellation)));
        }
        _indexIsThere = true;
        return null;
    }

    private void WriteIndex(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("index_id", Context.Text("index"));
        writer.WriteString("version", Context.Text("version"));
        writer.WriteStartObject("doc_mapping");
        writer.WriteString("mode", "dynamic");
        writer.WriteString("timestamp_field", "time");
        writer.WriteStartArray("field_mappings");
        foreach (var (name, type) in Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("type", type);
            if (name == "time")
            {
                writer.WriteBoolean("fast", true);
                writer.WriteStartArray("input_formats");
                writer.WriteStringValue("rfc3339");
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
