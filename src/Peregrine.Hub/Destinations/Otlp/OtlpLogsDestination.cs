using System.Globalization;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>OpenTelemetry logs over HTTP: the event's own time and severity, the line as the body, everything else as attributes.</summary>
internal sealed class OtlpLogsDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "otlplogs",
        Section = "otlp.logs",
        Title = "OTLP logs",
        Family = DestinationFamily.Logs,
        EnabledBy = ["endpoint"],
        IsHttp = true,
        OwnSettings = OtlpSettings.All,
        Batch = _ => BatchLimits.Many(512, 1024 * 1024),
        Create = context => new OtlpLogsDestination(context),
    };

    private readonly Uri _address = OtlpSettings.Address(context, "/v1/logs");
    private readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(context.Settings.Integer("timeout"));
    private readonly IReadOnlyList<(string Name, string Value)> _headers = OtlpSettings.Pairs(context.Text("headers"));
    private readonly IReadOnlyList<(string Name, string Value)> _resource = OtlpSettings.Resource(context);

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            return await SendAsync(CreateRequest(batch), batch, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"no answer within {_timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)} ms");
        }
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var content = new ByteArrayContent(JsonBody.Bytes(writer => Write(writer, batch)));
        content.Headers.ContentType = new(JsonBody.MediaType);
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private void Write(Utf8JsonWriter writer, IReadOnlyList<Alert> batch)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resourceLogs");
        writer.WriteStartObject();
        writer.WriteStartObject("resource");
        writer.WriteStartArray("attributes");
        foreach (var (name, value) in _resource) OtlpJson.Attribute(writer, name, value);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("scopeLogs");
        writer.WriteStartObject();
        writer.WriteStartObject("scope");
        writer.WriteString("name", "peregrine-hub");
        writer.WriteEndObject();
        writer.WriteStartArray("logRecords");
        foreach (var alert in batch) WriteRecord(writer, alert);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteRecord(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("timeUnixNano", alert.UnixNanoseconds.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("observedTimeUnixNano", ((Context.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("severityNumber", Severity(alert.Priority));
        writer.WriteString("severityText", alert.Priority.Name());
        writer.WriteStartObject("body");
        writer.WriteString("stringValue", alert.Output);
        writer.WriteEndObject();
        writer.WriteStartArray("attributes");
        OtlpJson.Attribute(writer, "uuid", alert.Id.ToString());
        OtlpJson.Attribute(writer, "priority", alert.Priority.Name());
        OtlpJson.Attribute(writer, "rule", alert.Rule);
        OtlpJson.Attribute(writer, "source", alert.Source);
        OtlpJson.Attribute(writer, "hostname", alert.Hostname);
        if (alert.Tags.Count > 0) OtlpJson.Attribute(writer, "tags", alert.Tags);
        foreach (var field in alert.Fields) OtlpJson.Attribute(writer, field);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The levels of syslog in OpenTelemetry's numbers.</summary>
    private static int Severity(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency => 21,
        AlertPriority.Alert => 19,
        AlertPriority.Critical => 18,
        AlertPriority.Error => 17,
        AlertPriority.Warning => 13,
        AlertPriority.Notice => 10,
        AlertPriority.Informational => 9,
        _ => 5,
    };

    /// <summary>Collectors may take a part of a batch without saying which: all of it goes to the dead letters then, since sending it again would double what was taken.</summary>
    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var text = await ReadTextAsync(answer, cancellation);
        if (!answer.IsSuccessStatusCode) return StatusVerdict.Of(answer, text, Context.Clock);
        try
        {
            using var body = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
            if (!body.RootElement.TryGetProperty("partialSuccess", out var part) || !part.TryGetProperty("rejectedLogRecords", out var rejected)) return DeliveryResult.Delivered;
            return rejected.ToString() == "0" ? DeliveryResult.Delivered : DeliveryResult.Rejected($"{rejected} of {batch.Count} records were refused: {(part.TryGetProperty("errorMessage", out var message) ? message.ToString() : "")}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Some answer with protobuf or a word; the status was good.
            return DeliveryResult.Delivered;
        }
    }
}
