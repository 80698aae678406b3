using System.Globalization;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Alerting;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>
/// Elasticsearch and OpenSearch, always through the bulk call: each alert has its own result there. The alert's identity is the document's, so that a repeated delivery makes no second document.
/// </summary>
internal sealed class ElasticsearchDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "elasticsearch",
        Section = "elasticsearch",
        Title = "Elasticsearch, OpenSearch",
        Family = DestinationFamily.Logs,
        EnabledBy = ["hostport"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Text("index", "Index, before the suffix", "falco"),
            Setting.Text("type", "Document type of old servers; _doc for those of today", "_doc"),
            Setting.Choice("suffix", "What is put behind the index's name", "daily", "none", "daily", "monthly", "annually"),
            Setting.Text("pipeline", "Ingest pipeline"),
            Setting.Text("username", "User"),
            Setting.Secret("password", "Password"),
            Setting.Secret("apikey", "API key"),
            Setting.Flag("flattenfields", "Put underscores for dots in the names of output fields"),
            Setting.Flag("createindextemplate", "Make an index template when there is none"),
            Setting.Integer("numberofshards", "Shards of the template", 3, 1),
            Setting.Integer("numberofreplicas", "Replicas of the template", 3),
            Setting.Flag("enablecompression", "Pack requests"),
            Setting.Flag("batching.enabled", "Wait for a batch to fill"),
            Setting.Integer("batching.batchsize", "Most bytes of a batch", 5 * 1024 * 1024, 1),
            Setting.Duration("batching.flushinterval", "How long a batch waits for more", "1s"),
        ],
        Batch = settings => new BatchLimits(1000, (int)Math.Min(settings.Integer("batching.batchsize"), int.MaxValue), settings.Flag("batching.enabled") ? settings.Duration("batching.flushinterval") : TimeSpan.Zero),
        Create = context => new ElasticsearchDestination(context),
    };

    private readonly Uri _bulk = context.Address("hostport", "/_bulk" + (context.Text("pipeline").Length > 0 ? "?pipeline=" + Uri.EscapeDataString(context.Text("pipeline")) : ""));
    private readonly ElasticsearchTemplate _template = new(context);
    private bool _templateIsThere;

    private bool Flattens => Context.Settings.Flag("flattenfields") || Context.Settings.Flag("createindextemplate");

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (Context.Settings.Flag("createindextemplate") && !_templateIsThere)
        {
            if (await _template.CreateAsync(Client, AddAuthorization, cancellation) is { } failure) return failure;
            _templateIsThere = true;
        }
        return await base.DeliverAsync(batch, cancellation);
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        using var body = new MemoryStream();
        foreach (var alert in batch) WriteAction(body, alert);
        const string Lines = "application/x-ndjson";
        var request = new HttpRequestMessage(HttpMethod.Post, _bulk) { Content = Context.Settings.Flag("enablecompression") ? GzipBody.Of(body.ToArray(), Lines) : JsonBody.Of(body.ToArray(), Lines) };
        AddAuthorization(request);
        return request;
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode) return await base.ReadAnswerAsync(answer, batch, cancellation);
        return ElasticsearchAnswer.Read(await ReadTextAsync(answer, cancellation), batch.Count);
    }

    private void AddAuthorization(HttpRequestMessage request) =>
        request.Headers.Authorization = HttpAuthorization.Token("ApiKey", Context.Text("apikey")) ?? HttpAuthorization.Basic(Context.Text("username"), Context.Text("password"));

    private void WriteAction(Stream target, Alert alert)
    {
        target.Write(JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("create");
            writer.WriteString("_index", Index(alert));
            if (Context.Text("type") is { Length: > 0 } type && type != "_doc") writer.WriteString("_type", type);
            writer.WriteString("_id", alert.Id);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
        target.WriteByte((byte)'\n');
        target.Write(JsonBody.Bytes(writer => WriteDocument(writer, alert)));
        target.WriteByte((byte)'\n');
    }

    private void WriteDocument(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("@timestamp", alert.TimeText());
        AlertWriter.WriteProperties(writer, Flattens ? Flat(alert) : alert);
        writer.WriteEndObject();
    }

    private static Alert Flat(Alert alert) => alert with { Fields = [.. alert.Fields.Select(f => f with { Name = AlertDetails.FlatName(f.Name) }).DistinctBy(f => f.Name)] };

    // By the alert's own day: a delivery after midnight belongs to the day before.
    private string Index(Alert alert)
    {
        var format = Context.Text("suffix") switch { "daily" => "yyyy.MM.dd", "monthly" => "yyyy.MM", "annually" => "yyyy", _ => "" };
        return format.Length == 0 ? Context.Text("index") : $"{Context.Text("index")}-{alert.Time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}";
    }
}
