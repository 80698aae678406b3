using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>A topic of Pub/Sub: plain events with fixed attributes, many in a call.</summary>
internal sealed class PubSubDestination : GcpDestination
{
    private const string Attributes = "customattributes";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "gcppubsub",
        Section = "gcp.pubsub",
        Title = "GCP Pub/Sub",
        Family = DestinationFamily.Queues,
        EnabledBy = ["projectid", "topic"],
        IsHttp = true,
        Shared = GcpAccount.Section,
        OwnSettings = [Setting.Text("projectid", "Project of the topic"), Setting.Text("topic", "Topic"), Setting.Map(Attributes, "Attributes of each message"), .. EndpointSetting],
        Batch = _ => BatchLimits.Many(1000, BatchBytes),
        Create = context => new PubSubDestination(context),
    };

    // A call takes 10 MB and 1000 messages; base64 makes four bytes of three.
    private const int BatchBytes = 6_000_000;

    private readonly Uri _address;
    private readonly IReadOnlyDictionary<string, string> _attributes;

    private PubSubDestination(DestinationContext context)
        : base(context, GcpGrant.Access("https://www.googleapis.com/auth/pubsub"))
    {
        _address = Endpoint(context, "https://pubsub.googleapis.com", $"/v1/projects/{Uri.EscapeDataString(context.Text("projectid"))}/topics/{Uri.EscapeDataString(context.Text("topic"))}:publish");
        _attributes = context.Settings.Map(Attributes);
        foreach (var (name, value) in _attributes)
            if (name.Length == 0 || name.StartsWith("goog", StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(name) > 256 || Encoding.UTF8.GetByteCount(value) > 1024)
                throw new ConfigurationException($"gcp.pubsub.{Attributes}: '{name}' cannot be an attribute: names have up to 256 bytes and do not begin with 'goog', values have up to 1024 bytes");
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("messages");
            foreach (var alert in batch)
            {
                writer.WriteStartObject();
                writer.WriteBase64String("data", ShortAlert.Json(alert, BatchBytes));
                if (_attributes.Count > 0)
                {
                    writer.WriteStartObject("attributes");
                    foreach (var (name, value) in _attributes) writer.WriteString(name, value);
                    writer.WriteEndObject();
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };
}
