using System.Text.Json.Nodes;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>
/// A report as the API server has it (<c>wgpolicyk8s.io/v1alpha2</c>), with what is added. It is the only place where results are kept: a hub that starts again goes on with it, and several can share it.
/// </summary>
/// <param name="report">The object, which is changed.</param>
/// <param name="maxResults">Most results in it.</param>
/// <param name="isPrunedBySeverity">Whether the oldest of medium severity or less gives way before the oldest of all.</param>
internal sealed class PolicyReport(JsonObject report, int maxResults, bool isPrunedBySeverity)
{
    public const string Version = "wgpolicyk8s.io/v1alpha2";

    // Below what a cluster's store takes for one object (1.5 MiB), with room for what others add.
    private const int MaxBytes = 1024 * 1024;

    public JsonObject Object => report;

    /// <summary>A report without results.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="space">Its namespace; empty for the cluster's.</param>
    /// <param name="owner">What it is removed with; null for nothing.</param>
    public static JsonObject New(string name, string space, JsonObject? owner)
    {
        var metadata = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app.kubernetes.io/created-by"] = "falcosidekick" } };
        if (space.Length > 0) metadata["namespace"] = space;
        if (owner is not null) metadata["ownerReferences"] = new JsonArray(owner);
        return new JsonObject { ["apiVersion"] = Version, ["kind"] = space.Length > 0 ? "PolicyReport" : "ClusterPolicyReport", ["metadata"] = metadata };
    }

    /// <summary>Adds results that it does not have yet; the oldest give way where it is full.</summary>
    /// <returns>False when it has them all.</returns>
    public bool Add(IEnumerable<JsonObject> added)
    {
        var results = (report["results"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var known = results.Select(Identity).Where(id => id is not null).ToHashSet(StringComparer.Ordinal);
        var bytes = results.Sum(Size);
        var isChanged = false;
        foreach (var result in added.Where(r => known.Add(Identity(r))))
        {
            var size = Size(result);
            while (results.Count > 0 && (results.Count >= maxResults || bytes + size > MaxBytes)) bytes -= Remove(results);
            results.Add(result);
            bytes += size;
            isChanged = true;
        }
        if (!isChanged) return false;
        report["results"] = new JsonArray([.. results.Select(r => r.DeepClone())]);
        report["summary"] = new JsonObject([.. new[] { "pass", "fail", "warn", "error", "skip" }.Select(o => KeyValuePair.Create<string, JsonNode?>(o, results.Count(r => (string?)r["result"] == o)))]);
        return true;
    }

    /// <returns>How large the removed one was.</returns>
    private int Remove(List<JsonObject> results)
    {
        var least = isPrunedBySeverity ? results.FindIndex(r => (string?)r["severity"] is "medium" or "low" or "info") : 0;
        var size = Size(results[Math.Max(0, least)]);
        results.RemoveAt(Math.Max(0, least));
        return size;
    }

    private static string? Identity(JsonObject result) => (string?)result["properties"]?[PolicyResult.Identity];

    private static int Size(JsonObject result) => System.Text.Encoding.UTF8.GetByteCount(result.ToJsonString());
}
