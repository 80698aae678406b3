using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Grafana's annotations.</summary>
internal sealed class GrafanaDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "grafana",
        Section = "grafana",
        Title = "Grafana annotations",
        Family = DestinationFamily.Logs,
        EnabledBy = ["hostport", "apikey"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Secret("apikey", "Key or service account token"),
            Setting.Integer("dashboardid", "Dashboard; 0 for all"),
            Setting.Integer("panelid", "Panel; 0 for all"),
            Setting.Flag("allfieldsastags", "Make tags of all values"),
        ],
        Create = context => new GrafanaDestination(context),
    };

    private readonly Uri _address = context.Address("hostport", "/api/annotations");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var alert = batch[0];
        var milliseconds = alert.UnixNanoseconds / 1_000_000;
        var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = JsonBody.Create(writer =>
            {
                writer.WriteStartObject();
                if (Context.Settings.Integer("dashboardid") is > 0 and var dashboard) writer.WriteNumber("dashboardId", dashboard);
                if (Context.Settings.Integer("panelid") is > 0 and var panel) writer.WriteNumber("panelId", panel);
                writer.WriteNumber("time", milliseconds);
                writer.WriteNumber("timeEnd", milliseconds);
                writer.WriteString("text", alert.Output);
                writer.WriteStartArray("tags");
                foreach (var tag in Tags(alert)) writer.WriteStringValue(tag);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
        };
        request.Headers.Authorization = HttpAuthorization.Token("Bearer", Context.Text("apikey"));
        return request;
    }

    private IEnumerable<string> Tags(Alert alert)
    {
        List<string> tags = ["falco", alert.Priority.Name(), alert.Rule, alert.Source];
        if (alert.Hostname.Length > 0) tags.Add(alert.Hostname);
        if (Context.Settings.Flag("allfieldsastags")) tags.AddRange([.. alert.Fields.Where(f => !f.Value.IsNull).Select(f => f.Value.Text), .. alert.Tags]);
        return tags.Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).Select(t => ShortText.Cut(t, 100));
    }
}
