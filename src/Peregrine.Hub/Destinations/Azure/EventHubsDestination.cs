using System.Net.Http.Headers;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Azure;

/// <summary>A hub of Azure Event Hubs, over HTTPS: plain events, many in a call, which is taken or refused as a whole.</summary>
internal sealed class EventHubsDestination : BearerDestination
{
    private const string Connection = "connectionstring";
    private const string MaxBytes = "maxbytes";
    private const string EndpointKey = "endpoint";
    private const string Resource = "https://eventhubs.azure.net";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "azureeventhub",
        Section = "azure.eventhub",
        Title = "Azure Event Hubs",
        Family = DestinationFamily.Queues,
        EnabledBy = ["name", "namespace"],
        IsHttp = true,
        Shared = AzureIdentity.Section,
        OwnSettings =
        [
            Setting.Text("namespace", "Namespace of the hub: its host (x.servicebus.windows.net), or the first part of it"),
            Setting.Text("name", "Hub"),
            .. Setting.Ours(
                Setting.Secret(Connection, "Connection string with a shared access key that may send; empty to use the identity of azure"),
                Setting.Integer(MaxBytes, "Most bytes of a call; the basic tier takes 262144", 1_000_000, 10_000, 100_000_000),
                Setting.Text(EndpointKey, "Address of the service instead of the namespace's")),
        ],
        Batch = settings => BatchLimits.Many(1000, (int)settings.Integer(MaxBytes) / 4 * 3),
        Create = context => new EventHubsDestination(context, Host(context.Text("namespace")), context.Text("name")),
    };

    private readonly Uri _address;
    private readonly int _mostBytes;

    private EventHubsDestination(DestinationContext context, string host, string hub)
        : base(context, Tokens(context, host, hub), context.Settings.IsSet(Connection) ? SharedAccessKey.Scheme : "Bearer")
    {
        var path = $"/{Uri.EscapeDataString(hub)}/messages?api-version=2014-01";
        _mostBytes = (int)context.Settings.Integer(MaxBytes);
        if (Uri.CheckHostName(host) != UriHostNameType.Dns) throw new ConfigurationException($"azure.eventhub.namespace: '{host}' is no host");
        _address = context.Settings.IsSet(EndpointKey) ? context.Address(EndpointKey, path) : new Uri($"https://{host}{path}");
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var content = new ByteArrayContent(JsonBody.Bytes(writer =>
        {
            writer.WriteStartArray();
            foreach (var alert in batch)
            {
                writer.WriteStartObject();
                writer.WriteString("Body"u8, Body(alert));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }));
        // Without a charset: the media type tells a batch from one event, and is compared as a whole.
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.microsoft.servicebus.json");
        return new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
    }

    protected override bool Passes(string text) => text.Contains("QuotaExceeded", StringComparison.OrdinalIgnoreCase) || text.Contains("ServerBusy", StringComparison.OrdinalIgnoreCase);

    /// <summary>The event as a text within JSON, where its quotes are escaped once more.</summary>
    private byte[] Body(Alert alert)
    {
        var json = ShortAlert.Json(alert, _mostBytes / 4 * 3);
        return json.Length + json.AsSpan().CountAny((byte)'"', (byte)'\\') > _mostBytes - 1000 ? ShortAlert.Json(alert, _mostBytes / 2 - 1000) : json;
    }

    private static string Host(string name) => name.Contains('.', StringComparison.Ordinal) ? name : name + ".servicebus.windows.net";

    private static Func<HttpClient, CancellationToken, ValueTask<Lease<string>>> Tokens(DestinationContext context, string host, string hub)
    {
        if (context.Settings.IsSet(Connection))
        {
            var key = SharedAccessKey.Read(context.Text(Connection), "azure.eventhub." + Connection, host, hub);
            return (_, _) => ValueTask.FromResult(key.Sign(context.Clock.GetUtcNow()));
        }
        var identity = AzureIdentity.Of(context.Shared, Environment.GetEnvironmentVariable);
        return (client, cancellation) => identity.FetchAsync(Resource, client, context.Clock.GetUtcNow(), cancellation);
    }
}
