using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Kubernetes;

/// <summary>What an API server does with policy reports: versions of objects, conflicts, namespaces that must be there, the limits of its store. There is none to install here.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private const string Group = "/apis/wgpolicyk8s.io/v1alpha2";
    private const int StoreLimit = 1536 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private int _version;

    private ApiServer(HttpRecorder recorder) => Recorder = recorder;

    public HttpRecorder Recorder { get; }

    /// <summary>The namespaces that are there.</summary>
    public HashSet<string> Namespaces { get; } = ["payments", "falco"];

    /// <summary>Whether the kinds of reports are installed.</summary>
    public bool HasKinds { get; set; } = true;

    /// <summary>Done before an object is made or replaced: what another client does in between.</summary>
    public Action? BeforeWrite { get; set; }

    public static async Task<ApiServer> StartAsync(Action<ListenOptions>? secure = null)
    {
        var server = new ApiServer(await HttpRecorder.StartAsync(secure));
        server.Recorder.Answer = request =>
        {
            lock (server._lock) return server.Answer(request);
        };
        return server;
    }

    /// <summary>The report of a namespace, or with an empty name the cluster's; null when there is none.</summary>
    public JsonObject? Report(string space) => _objects.GetValueOrDefault(space.Length > 0 ? $"{Group}/namespaces/{space}/policyreports/falco-policy-report" : $"{Group}/clusterpolicyreports/falco-cluster-policy-report");

    public IReadOnlyList<JsonObject> Results(string space) => [.. (Report(space)?["results"]?.AsArray() ?? []).Select(r => r!.AsObject())];

    public void Put(string path, JsonObject value)
    {
        value["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects[path] = value;
    }

    public ValueTask DisposeAsync() => Recorder.DisposeAsync();

    private (int Status, string Body, (string Name, string Value)[] Headers) Answer(RecordedRequest request)
    {
        if (request.Path.StartsWith("/api/v1/namespaces/", StringComparison.Ordinal))
            return Namespaces.Contains(request.Path.Split('/')[^1]) ? (200, """{"kind":"Namespace","metadata":{"uid":"8f1c"}}""", []) : Failure(404, "NotFound", "namespaces");
        if (!HasKinds || !request.Path.StartsWith(Group, StringComparison.Ordinal)) return (404, "404 page not found\n", []);
        if (request.Method == "GET") return _objects.TryGetValue(request.Path, out var found) ? (200, found.ToJsonString(), []) : Failure(404, "NotFound", "policyreports");
        var interference = BeforeWrite;
        BeforeWrite = null;
        interference?.Invoke();
        var value = JsonNode.Parse(request.Text)!.AsObject();
        var path = request.Method == "POST" ? $"{request.Path}/{value["metadata"]!["name"]}" : request.Path;
        var space = path.Split('/') is [.., "namespaces", var name, _, _] ? name : "";
        if (space.Length > 0 && !Namespaces.Contains(space)) return Failure(404, "NotFound", "namespaces");
        if (Complaint(value, space) is { Length: > 0 } complaint) return Failure(422, complaint, "policyreports");
        if (request.Body.Length > StoreLimit) return Failure(413, "RequestEntityTooLarge", "");
        var isThere = _objects.TryGetValue(path, out var old);
        if (request.Method == "POST" && isThere) return Failure(409, "AlreadyExists", "policyreports");
        if (request.Method == "PUT" && !isThere) return Failure(404, "NotFound", "policyreports");
        if (request.Method == "PUT" && (string?)value["metadata"]!["resourceVersion"] != (string?)old!["metadata"]!["resourceVersion"]) return Failure(409, "Conflict", "policyreports");
        Put(path, value);
        return (request.Method == "POST" ? 201 : 200, value.ToJsonString(), []);
    }

    // What the definition of the kind asks for.
    private static string Complaint(JsonObject report, string space)
    {
        if ((string?)report["apiVersion"] != "wgpolicyk8s.io/v1alpha2") return "apiVersion";
        if ((string?)report["kind"] != (space.Length > 0 ? "PolicyReport" : "ClusterPolicyReport")) return "kind";
        if (((string?)report["metadata"]!["namespace"] ?? "") != space) return "namespace";
        foreach (var result in report["results"]!.AsArray())
        {
            if (string.IsNullOrEmpty((string?)result!["policy"])) return "policy";
            if ((string?)result["severity"] is not ("critical" or "high" or "low" or "medium" or "info")) return "severity";
            if ((string?)result["result"] is not ("pass" or "fail" or "warn" or "error" or "skip")) return "result";
            if (result["properties"]!.AsObject().Any(p => p.Value is not JsonValue v || !v.TryGetValue<string>(out _))) return "properties";
        }
        return "";
    }

    private static (int, string, (string, string)[]) Failure(int status, string reason, string kind) =>
        (status, $$$"""{"kind":"Status","status":"Failure","message":"{{{kind}}}: {{{reason}}}","reason":"{{{reason}}}","details":{"kind":"{{{kind}}}"},"code":{{{status}}}}""", []);
}
