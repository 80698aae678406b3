using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Alerting;

/// <summary>Grafana OnCall's formatted webhook.</summary>
internal sealed class GrafanaOnCallDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "grafanaoncall",
        Section = "grafanaoncall",
        Title = "Grafana OnCall",
        Family = DestinationFamily.Alerting,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings = [Setting.Secret("webhookurl", "Address of the formatted webhook")],
        Create = context => new GrafanaOnCallDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer =>
        {
            var alert = batch[0];
            writer.WriteStartObject();
            writer.WriteString("alert_uid", alert.Id);
            writer.WriteString("title", $"[{alert.Priority.Name()}] {alert.Rule}");
            writer.WriteString("state", "alerting");
            writer.WriteString("message", alert.Output);
            writer.WriteEndObject();
        }),
    };
}
