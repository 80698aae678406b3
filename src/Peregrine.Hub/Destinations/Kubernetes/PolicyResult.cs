using System.Text.Json.Nodes;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>An alert as a result of a policy report.</summary>
internal static class PolicyResult
{
    /// <summary>The property by which a repeated delivery is known.</summary>
    public const string Identity = "uuid";

    // A report is one object, and a cluster's store takes objects of 1.5 MiB.
    private const int MessageLength = 2000;
    private const int PropertyLength = 500;
    private const int PropertiesLength = 50_000;

    /// <summary>What the reference's rules for the audit log name, with the groups of their kinds.</summary>
    private static readonly Dictionary<string, (string Version, string Kind)> Kinds = new(StringComparer.Ordinal)
    {
        ["pods"] = ("v1", "Pod"),
        ["services"] = ("v1", "Service"),
        ["secrets"] = ("v1", "Secret"),
        ["configmaps"] = ("v1", "ConfigMap"),
        ["namespaces"] = ("v1", "Namespace"),
        ["serviceaccounts"] = ("v1", "ServiceAccount"),
        ["daemonsets"] = ("apps/v1", "DaemonSet"),
        ["deployments"] = ("apps/v1", "Deployment"),
        ["cronjobs"] = ("batch/v1", "CronJob"),
        ["jobs"] = ("batch/v1", "Job"),
        ["clusterroles"] = ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ["clusterrolebindings"] = ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ["roles"] = ("rbac.authorization.k8s.io/v1", "Role"),
        ["rolebindings"] = ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    };

    /// <summary>The namespace whose report it belongs to; empty for the cluster's.</summary>
    public static string Namespace(Alert alert) => First(alert, "k8s.ns.name", "ka.target.namespace");

    public static JsonObject Of(Alert alert)
    {
        var properties = new JsonObject { [Identity] = alert.Id.ToString() };
        var fields = alert.Fields.Where(f => !f.Value.IsNull && f.Name != Identity).Select(f => (f.Name, f.Value.Text));
        foreach (var (name, text) in ShortText.Within(fields, PropertiesLength, mostValue: PropertyLength)) properties[name] = text;
        var result = new JsonObject
        {
            ["source"] = "Falco",
            ["policy"] = alert.Rule,
            ["category"] = "SI - System and Information Integrity",
            ["severity"] = Severity(alert.Priority),
            ["result"] = Outcome(alert.Priority),
            ["scored"] = false,
            ["timestamp"] = new JsonObject { ["seconds"] = alert.UnixNanoseconds / 1_000_000_000, ["nanos"] = alert.UnixNanoseconds % 1_000_000_000 },
            ["message"] = ShortText.Cut(alert.Output, MessageLength),
            ["properties"] = properties,
        };
        if (Subject(alert) is { } subject) result["resources"] = new JsonArray(subject);
        return result;
    }

    private static JsonObject? Subject(Alert alert)
    {
        var pod = alert.FieldText("k8s.pod.name");
        var resource = alert.FieldText("ka.target.resource");
        var (version, kind) = pod.Length > 0 ? Kinds["pods"] : Kinds.GetValueOrDefault(resource, ("", resource));
        var name = pod.Length > 0 ? pod : First(alert, "ka.target.name", "ka.resp.name");
        if (kind.Length == 0 || name.Length == 0) return null;
        var subject = new JsonObject { ["kind"] = kind, ["name"] = name };
        if (version.Length > 0) subject["apiVersion"] = version;
        if (Namespace(alert) is { Length: > 0 } space) subject["namespace"] = space;
        return subject;
    }

    private static string Severity(AlertPriority priority) => priority switch
    {
        >= AlertPriority.Critical => "critical",
        AlertPriority.Error => "high",
        AlertPriority.Warning => "medium",
        AlertPriority.Notice => "low",
        _ => "info",
    };

    private static string Outcome(AlertPriority priority) => priority switch
    {
        >= AlertPriority.Error => "fail",
        AlertPriority.Warning => "warn",
        _ => "skip",
    };

    private static string First(Alert alert, string one, string other) => alert.FieldText(one) is { Length: > 0 } text ? text : alert.FieldText(other);
}
