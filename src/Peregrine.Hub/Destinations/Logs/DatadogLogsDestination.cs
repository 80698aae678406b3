using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Datadog's log intake.</summary>
internal sealed class DatadogLogsDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "datadoglogs",
        Section = "datadoglogs",
        Title = "Datadog logs",
        Family = DestinationFamily.Logs,
        EnabledBy = ["apikey"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("apikey", "API key"),
            Setting.Text("host", "Address of the intake", "https://http-intake.logs.datadoghq.com/"),
            Setting.Text("service", "Name of the service"),
        ],
        // The intake takes 1,000 entries and 5 MB.
        Batch = _ => BatchLimits.Many(1000, 4_000_000),
        Create = context => new DatadogLogsDestination(context),
    };

    private readonly Uri _address = context.Address("host", "/api/v2/logs");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = JsonBody.Create(writer =>
            {
                writer.WriteStartArray();
                foreach (var alert in batch)
                {
                    writer.WriteStartObject();
                    writer.WriteString("ddsource", "falco");
                    writer.WriteString("ddtags", string.Join(',', alert.Tags));
                    writer.WriteString("hostname", alert.Hostname);
                    writer.WriteString("service", Context.Text("service"));
                    writer.WriteString("status", alert.Priority.LowerName());
                    writer.WriteString("message", Encoding.UTF8.GetString(alert.ToJson()));
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
            }),
        };
        request.Headers.TryAddWithoutValidation("DD-API-KEY", Context.Text("apikey"));
        return request;
    }
}
