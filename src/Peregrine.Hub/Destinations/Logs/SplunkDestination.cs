using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Splunk's HTTP event collector: several events in one request, each with its own time and host.</summary>
internal sealed class SplunkDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "splunk",
        Section = "splunk",
        Title = "Splunk",
        Family = DestinationFamily.Logs,
        EnabledBy = ["host"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings = [Setting.Text("host", "Whole address of the collector (https://HOST:8088/services/collector)"), Setting.Secret("token", "The collector's token")],
        Batch = _ => BatchLimits.Many(500, 900_000),
        Create = context => new SplunkDestination(context),
    };

    private readonly Uri _address = context.Address("host");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        using var body = new MemoryStream();
        foreach (var alert in batch) body.Write(JsonBody.Bytes(writer => Write(writer, alert)));
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(body.ToArray()) };
        request.Headers.Authorization = HttpAuthorization.Token("Splunk", Context.Text("token"));
        return request;
    }

    private static void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteNumber("time", decimal.Round(alert.UnixNanoseconds / 1_000_000_000m, 6));
        if (alert.Hostname.Length > 0) writer.WriteString("host", alert.Hostname);
        writer.WriteString("sourcetype", "falcosidekick");
        writer.WritePropertyName("event");
        AlertWriter.Write(writer, alert);
        writer.WriteEndObject();
    }
}
