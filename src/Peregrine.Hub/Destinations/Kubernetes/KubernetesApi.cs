using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>What the API server said: an object, or a status that says what is wrong.</summary>
internal readonly record struct KubernetesAnswer(HttpStatusCode Status, JsonObject? Object, DeliveryResult Verdict)
{
    public bool IsGood => (int)Status is >= 200 and < 300 && Object is not null;

    /// <summary>Whether the namespace, and not what is in it, is missing or about to vanish.</summary>
    public bool LacksNamespace =>
        (Status == HttpStatusCode.NotFound && (string?)Object?["details"]?["kind"] == "namespaces")
        || (Status == HttpStatusCode.Forbidden && Object?["details"]?["causes"] is JsonArray causes && causes.Any(c => (string?)c?["reason"] == "NamespaceTerminating"));
}

/// <summary>Requests to a cluster's API server.</summary>
internal sealed class KubernetesApi(KubernetesAccess access, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _client = HttpConnections.Create(access.Tls);

    /// <param name="method">GET reads, POST makes, PUT replaces.</param>
    /// <param name="path">Path of the object or its list, without a slash in front.</param>
    /// <param name="body">The object; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<KubernetesAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(access.Server, path));
        await access.AuthorizeAsync(request, cancellation);
        request.Headers.Accept.ParseAdd(JsonBody.MediaType);
        if (body is not null) request.Content = JsonBody.Create(writer => body.WriteTo(writer));
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        // Reports are larger than answers usually are.
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        var read = Parse(text);
        return new KubernetesAnswer(answer.StatusCode, read, StatusVerdict.Of(answer, (string?)read?["message"] ?? text, clock));
    }

    public void Dispose() => _client.Dispose();

    private static JsonObject? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
