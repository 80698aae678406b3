using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>Google SecOps, once Chronicle: plain events as unstructured logs of one type, many in a call.</summary>
internal sealed class ChronicleDestination(DestinationContext context) : GcpDestination(context, GcpGrant.Access(GcpGrant.CloudPlatform))
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "gcpchronicle",
        Section = "gcp.chronicle",
        Title = "GCP Chronicle",
        Family = DestinationFamily.Logs,
        EnabledBy = ["region", "projectid", "instanceid"],
        IsHttp = true,
        Shared = GcpAccount.Section,
        OwnSettings =
        [
            Setting.Text("region", "Region of the instance (us, eu, europe-west2)"),
            Setting.Text("projectid", "Project that the instance belongs to"),
            Setting.Text("instanceid", "Instance, also called customer id"),
            Setting.Text("logtype", "Type of the logs, which chooses their parser", "FALCO_IDS"),
            .. Setting.Ours(Setting.Text("forwarder", "Forwarder that the logs are put down to: its id; empty for none")),
            .. EndpointSetting,
        ],
        Batch = _ => BatchLimits.Many(1000, BatchBytes),
        Create = context => new ChronicleDestination(context),
    };

    // A call takes 1 MB everywhere; base64 makes four bytes of three, and each log has its times.
    private const int BatchBytes = 600_000;

    private readonly Uri _address = Endpoint(context, $"https://chronicle.{context.Text("region")}.rep.googleapis.com", $"/v1beta/{Instance(context)}/logTypes/{Uri.EscapeDataString(context.Text("logtype"))}/logs:import");
    private readonly string _forwarder = context.Settings.IsSet("forwarder") ? $"{Instance(context)}/forwarders/{context.Text("forwarder")}" : "";

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer =>
        {
            var now = Context.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
            writer.WriteStartObject();
            writer.WriteStartObject("inlineSource");
            if (_forwarder.Length > 0) writer.WriteString("forwarder", _forwarder);
            writer.WriteStartArray("logs");
            foreach (var alert in batch)
            {
                writer.WriteStartObject();
                writer.WriteBase64String("data", ShortAlert.Json(alert, BatchBytes));
                writer.WriteString("logEntryTime", alert.TimeText());
                // It must be later than the entry's own time, whatever the clocks of sensors say.
                writer.WriteString("collectionTime", AlertTime.Format(Math.Max(now, alert.UnixNanoseconds + 1_000_000)));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }),
    };

    private static string Instance(DestinationContext context) =>
        $"projects/{Uri.EscapeDataString(context.Text("projectid"))}/locations/{Uri.EscapeDataString(context.Text("region"))}/instances/{Uri.EscapeDataString(context.Text("instanceid"))}";
}
