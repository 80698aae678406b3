using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Datadog's events. The key goes into a header: in the address it would reach logs of proxies.</summary>
internal sealed class DatadogDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "datadog",
        Section = "datadog",
        Title = "Datadog events",
        Family = DestinationFamily.Metrics,
        EnabledBy = ["apikey"],
        IsHttp = true,
        OwnSettings = [Setting.Secret("apikey", "API key"), Setting.Text("host", "Address of the site", "https://api.datadoghq.com")],
        Create = context => new DatadogDestination(context),
    };

    private readonly Uri _address = context.Address("host", "/api/v1/events");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var alert = batch[0];
        var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = JsonBody.Create(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("title", ShortText.Cut(alert.Rule, 500));
                writer.WriteString("text", ShortText.Cut(alert.Output, 4000));
                writer.WriteNumber("date_happened", alert.UnixNanoseconds / 1_000_000_000);
                writer.WriteString("alert_type", alert.Priority switch { >= AlertPriority.Error => "error", AlertPriority.Warning => "warning", _ => "info" });
                writer.WriteString("source_type_name", "falco");
                if (alert.Hostname.Length > 0) writer.WriteString("host", alert.Hostname);
                writer.WriteStartArray("tags");
                foreach (var tag in Tags(alert)) writer.WriteStringValue(ShortText.Cut(tag, 200));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
        };
        request.Headers.TryAddWithoutValidation("DD-API-KEY", Context.Text("apikey"));
        return request;
    }

    private static IEnumerable<string> Tags(Alert alert) =>
    [
        .. alert.Fields.Where(f => !f.Value.IsNull).OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}:{f.Value.Text}"),
        "source:" + alert.Source,
        "priority:" + alert.Priority.LowerName(),
        .. alert.Tags,
    ];
}
