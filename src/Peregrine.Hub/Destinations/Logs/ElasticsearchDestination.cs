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
    private readonly bool _makesTemplate = context.Settings.Flag("createindextemplate");
    private readonly bool _flattens = context.Settings.Flag("flattenfields") || context.Settings.Flag("createindextemplate");
    private readonly string _index = context.Text("index");
    private readonly string _type = context.Text("type") is "_doc" ? "" : context.Text("type");
    private readonly string _dayFormat = context.Text("suffix") switch { "daily" => "yyyy.MM.dd", "monthly" => "yyyy.MM", "annually" => "yyyy", _ => "" };
    private bool _templateIsThere;

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (_makesTemplate && !_templateIsThere)
        {
            if (await _template.CreateAsync(Client, AddAuthorization, cancellation) is { } failure) return failure;
            _templateIsThere = true;
        }
        return await base.DeliverAsync(batch, cancellation);
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var body = JsonBody.Lines(batch, WriteAction);
        var request = new HttpRequestMessage(HttpMethod.Post, _bulk) { Content = Context.Settings.Flag("enablecompression") ? GzipBody.Of(body) : body };
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

    private void WriteAction(Utf8JsonWriter writer, Alert alert, Action endLine)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("create"u8);
        writer.WriteString("_index"u8, Index(alert));
        if (_type.Length > 0) writer.WriteString("_type"u8, _type);
        writer.WriteString("_id"u8, alert.Id);
        writer.WriteEndObject();
        writer.WriteEndObject();
        endLine();
        writer.WriteStartObject();
        writer.WriteString("@timestamp"u8, alert.TimeText());
        AlertWriter.WriteProperties(writer, _flattens ? Flat(alert) : alert);
        writer.WriteEndObject();
        endLine();
    }

    private static Alert Flat(Alert alert) => alert with { Fields = [.. alert.Fields.Select(f => f with { Name = AlertDetails.FlatName(f.Name) }).DistinctBy(f => f.Name)] };

    // By the alert's own day: a delivery after midnight belongs to the day before.
    private string Index(Alert alert) => _dayFormat.Length == 0 ? _index : $"{_index}-{alert.Time.UtcDateTime.ToString(_dayFormat, CultureInfo.InvariantCulture)}";
}
