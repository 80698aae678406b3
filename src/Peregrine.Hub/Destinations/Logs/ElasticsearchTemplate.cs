using System.Net;
using System.Text.Json;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>The index template, made once when the server has none. Only "not found" means that there is none: anything else is asked again.</summary>
internal sealed class ElasticsearchTemplate(DestinationContext context)
{
    private readonly Uri _address = context.Address("hostport", "/_index_template/falco");

    /// <summary>Null when the template is there now.</summary>
    public async ValueTask<DeliveryResult?> CreateAsync(HttpClient client, Action<HttpRequestMessage> authorize, CancellationToken cancellation)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Head, _address);
        authorize(ask);
        using var known = await client.SendAsync(ask, cancellation);
        if (known.IsSuccessStatusCode) return null;
        if (known.StatusCode != HttpStatusCode.NotFound) return DeliveryResult.Retry("the index template could not be asked for: " + StatusVerdict.Reason(known.StatusCode, ""));
        using var put = new HttpRequestMessage(HttpMethod.Put, _address) { Content = JsonBody.Create(Write) };
        authorize(put);
        using var made = await client.SendAsync(put, cancellation);
        return made.IsSuccessStatusCode ? null : DeliveryResult.Retry("the index template could not be made: " + StatusVerdict.Reason(made.StatusCode, await made.Content.ReadAsStringAsync(cancellation)));
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("index_patterns");
        writer.WriteStringValue(context.Text("index") + "*");
        writer.WriteEndArray();
        writer.WriteStartObject("template");
        writer.WriteStartObject("settings");
        writer.WriteNumber("number_of_shards", context.Settings.Integer("numberofshards"));
        writer.WriteNumber("number_of_replicas", context.Settings.Integer("numberofreplicas"));
        writer.WriteEndObject();
        writer.WriteStartObject("mappings");
        writer.WriteStartObject("properties");
        foreach (var (name, type) in new[] { ("@timestamp", "date"), ("time", "date"), ("uuid", "keyword"), ("rule", "keyword"), ("priority", "keyword"), ("source", "keyword"), ("hostname", "keyword"), ("tags", "keyword"), ("output", "text") })
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", type);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
