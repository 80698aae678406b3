using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>Policy reports of Kubernetes: one for each namespace that alerts name, and one of the cluster for all others.</summary>
internal sealed partial class PolicyReportDestination(DestinationContext context) : IDestination
{
    // Another writer may come between reading a report and replacing it; more often in a row means that something is wrong.
    private const int MostConflicts = 8;

    private readonly KubernetesApi _api = new(KubernetesAccess.Find(context.Text("kubeconfig"), context.Kind.Section), context.Clock);
    private readonly int _maxResults = (int)context.Settings.Integer("maxevents");
    private readonly bool _isPrunedBySeverity = context.Settings.Flag("prunebypriority");

    public static DestinationKind Kind { get; } = new()
    {
        Name = "policyreport",
        Section = "policyreport",
        Title = "Kubernetes policy reports",
        Family = DestinationFamily.Response,
        EnabledBy = ["enabled"],
        OwnSettings =
        [
            Setting.Flag("enabled", "Write reports"),
            Setting.Text("kubeconfig", "File that says where the cluster is; without one the pod's service account is used"),
            Setting.Integer("maxevents", "Most results in a report; the oldest give way", 1000, 1, 100_000),
            Setting.Flag("prunebypriority", "The oldest results up to warning give way first"),
            Setting.Text("falconamespace", "Namespace with which the reports are removed; empty for none"),
        ],
        Batch = _ => BatchLimits.Many(200),
        Create = context => new PolicyReportDestination(context),
    };

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var results = new ItemResult[batch.Count];
        foreach (var part in Enumerable.Range(0, batch.Count).GroupBy(i => PolicyResult.Namespace(batch[i]), StringComparer.Ordinal))
        {
            var verdict = await WriteAsync(part.Key, [.. part.Select(i => batch[i])], cancellation);
            foreach (var i in part) results[i] = verdict.All;
        }
        return DeliveryResult.Each(results);
    }

    public async ValueTask ProbeAsync(Alert sample, CancellationToken cancellation)
    {
        var answer = await _api.SendAsync(HttpMethod.Get, "version", null, cancellation);
        if (!answer.IsGood) throw new IOException(answer.Verdict.All.Reason);
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<DeliveryResult> WriteAsync(string space, IReadOnlyList<Alert> alerts, CancellationToken cancellation)
    {
        var (list, name) = Place(space);
        for (var i = 0; i < MostConflicts; i++)
        {
            var known = await _api.SendAsync(HttpMethod.Get, $"{list}/{name}", null, cancellation);
            if (!known.IsGood && known.Status != HttpStatusCode.NotFound) return known.Verdict;
            var report = new PolicyReport(known.IsGood ? known.Object! : PolicyReport.New(name, space, await OwnerAsync(cancellation)), _maxResults, _isPrunedBySeverity);
            if (!report.Add(alerts.Select(PolicyResult.Of))) return DeliveryResult.Delivered;
            var written = known.IsGood ? await _api.SendAsync(HttpMethod.Put, $"{list}/{name}", report.Object, cancellation) : await _api.SendAsync(HttpMethod.Post, list, report.Object, cancellation);
            if (written.IsGood) return DeliveryResult.Delivered;
            // What it says of a namespace that is gone, or of another cluster, is not lost.
            if (space.Length > 0 && written.LacksNamespace) return await WriteAsync("", alerts, cancellation);
            // Without the kinds there is neither a report nor a place for one; they may be installed later.
            if (written.Status == HttpStatusCode.NotFound && !known.IsGood) return DeliveryResult.Retry($"the cluster does not know {PolicyReport.Version}: {written.Verdict.All.Reason}");
            // Somebody made, changed or removed it meanwhile.
            if (written.Status is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound)) return written.Verdict;
        }
        return DeliveryResult.Retry($"others change {name} all the time");
    }

    private static (string List, string Name) Place(string space) => space.Length > 0
        ? ($"apis/{PolicyReport.Version}/namespaces/{Uri.EscapeDataString(space)}/policyreports", "falco-policy-report")
        : ($"apis/{PolicyReport.Version}/clusterpolicyreports", "falco-cluster-policy-report");

    private async ValueTask<JsonObject?> OwnerAsync(CancellationToken cancellation)
    {
        var space = context.Text("falconamespace");
        if (space.Length == 0) return null;
        var found = await _api.SendAsync(HttpMethod.Get, "api/v1/namespaces/" + Uri.EscapeDataString(space), null, cancellation);
        if (found.IsGood && (string?)found.Object!["metadata"]?["uid"] is { Length: > 0 } id)
            return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["name"] = space, ["uid"] = id, ["controller"] = false };
        Log.NoOwner(context.Log, space, found.Verdict.All.Reason);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A policy report is made without the owner '{Namespace}': {Reason}")]
        public static partial void NoOwner(ILogger log, string @namespace, string reason);
    }
}
