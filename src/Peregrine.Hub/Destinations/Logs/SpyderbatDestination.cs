using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Spyderbat: records of its own schema, compressed, one on each line, for a source that is made when the organisation has none yet.</summary>
internal sealed class SpyderbatDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "spyderbat",
        Section = "spyderbat",
        Title = "Spyderbat",
        Family = DestinationFamily.Logs,
        EnabledBy = ["orguid"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("orguid", "Identity of the organisation"),
            Setting.Secret("apikey", "Key of the API"),
            Setting.Text("apiurl", "Address of the API", "https://api.spyderbat.com"),
            Setting.Text("source", "Name of the source", "falcosidekick"),
            Setting.Text("sourcedescription", "Description of the source"),
        ],
        Batch = _ => BatchLimits.Many(500),
        Create = context => new SpyderbatDestination(context),
    };

    private readonly string _sourceId = "falcosidekick_" + context.Text("orguid");
    private readonly Uri _sources = context.Address("apiurl", $"/api/v1/org/{Uri.EscapeDataString(context.Text("orguid"))}/source/");
    private bool _sourceIsThere;

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (!_sourceIsThere && await FindSourceAsync(cancellation) is { } failure) return failure;
        return await base.DeliverAsync(batch, cancellation);
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        using var lines = new MemoryStream();
        foreach (var alert in batch)
        {
            lines.Write(JsonBody.Bytes(writer => Write(writer, alert)));
            lines.WriteByte((byte)'\n');
        }
        return Request(HttpMethod.Post, new Uri(_sources, Uri.EscapeDataString(_sourceId) + "/data/sb-agent"), GzipBody.Of(lines.ToArray(), "application/ndjson"));
    }

    private void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "falco_alert::1.0.0");
        writer.WriteString("id", alert.Id);
        writer.WriteNumber("monotonic_time", Stopwatch.GetTimestamp());
        writer.WriteNumber("orc_time", Seconds(Context.Clock.GetUtcNow()));
        writer.WriteNumber("time", Seconds(alert.Time));
        writer.WriteNumber("pid", alert.Find("proc.pid") is { } pid && pid.TryGetInteger(out var number) ? number : 0);
        writer.WriteString("level", Level(alert.Priority));
        writer.WriteStartArray("msg");
        foreach (var word in Message(alert)) writer.WriteStringValue(word);
        writer.WriteEndArray();
        writer.WriteString("args", alert.FieldText("proc.cmdline"));
        writer.WriteString("container", alert.FieldText("container.id"));
        writer.WriteEndObject();
    }

    private static decimal Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond;

    // The line's words, without the time and the level where it has them.
    private static IEnumerable<string> Message(Alert alert)
    {
        var words = alert.Output.Split(' ');
        return words.Length > 2 && words[0].EndsWith(':') && words[1] == alert.Priority.Name() ? words.Skip(2) : words;
    }

    private static string Level(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency or AlertPriority.Critical => "critical",
        AlertPriority.Alert or AlertPriority.Error => "high",
        AlertPriority.Warning => "medium",
        AlertPriority.Notice => "low",
        _ => "info",
    };

    // Null when the source is there now.
    private async ValueTask<DeliveryResult?> FindSourceAsync(CancellationToken cancellation)
    {
        using var ask = Request(HttpMethod.Get, _sources, null);
        using var known = await Client.SendAsync(ask, cancellation);
        var text = await ReadTextAsync(known, cancellation);
        if (!known.IsSuccessStatusCode) return StatusVerdict.Of(known, text, Context.Clock);
        if (!Knows(text))
        {
            using var make = Request(HttpMethod.Post, _sources, JsonBody.Create(WriteSource));
            using var made = await Client.SendAsync(make, cancellation);
            // Another hub of the organisation may have been quicker: the next try asks again.
            if (!made.IsSuccessStatusCode) return DeliveryResult.Retry("the source could not be made: " + StatusVerdict.Reason(made.StatusCode, await ReadTextAsync(made, cancellation)));
        }
        _sourceIsThere = true;
        return null;
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (answer.StatusCode != HttpStatusCode.NotFound) return await base.ReadAnswerAsync(answer, batch, cancellation);
        // Somebody removed it meanwhile.
        _sourceIsThere = false;
        return DeliveryResult.Retry("the source is gone");
    }

    private bool Knows(string sources)
    {
        try
        {
            using var list = JsonDocument.Parse(sources);
            return list.RootElement.ValueKind == JsonValueKind.Array
                && list.RootElement.EnumerateArray().Any(s => s.ValueKind == JsonValueKind.Object && s.TryGetProperty("uid", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() == _sourceId);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void WriteSource(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Context.Text("source"));
        writer.WriteString("description", Context.Text("sourcedescription"));
        writer.WriteString("uid", _sourceId);
        writer.WriteEndObject();
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = HttpAuthorization.Token("Bearer", Context.Text("apikey"));
        return request;
    }
}
