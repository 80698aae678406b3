using System.Text;
using System.Text.Json.Serialization;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>An alert as a Detection Finding of the Open Cybersecurity Schema Framework 1.3, the newest that Security Lake takes; times are milliseconds since 1970. All output fields stand in <see cref="Unmapped"/>, those that the schema knows at their places as well.</summary>
internal sealed record DetectionFinding
{
    private const string SchemaVersion = "1.3.0";

    [JsonPropertyName("activity_id")] public int ActivityId { get; init; } = 1;
    [JsonPropertyName("activity_name")] public string ActivityName { get; init; } = "Create";
    [JsonPropertyName("category_uid")] public int CategoryUid { get; init; } = 2;
    [JsonPropertyName("category_name")] public string CategoryName { get; init; } = "Findings";
    [JsonPropertyName("class_uid")] public int ClassUid { get; init; } = 2004;
    [JsonPropertyName("class_name")] public string ClassName { get; init; } = "Detection Finding";
    [JsonPropertyName("type_uid")] public long TypeUid { get; init; } = 200401;
    [JsonPropertyName("type_name")] public string TypeName { get; init; } = "Detection Finding: Create";
    [JsonPropertyName("severity_id")] public int SeverityId { get; init; }
    [JsonPropertyName("severity")] public string Severity { get; init; } = "";
    [JsonPropertyName("status_id")] public int StatusId { get; init; } = 1;
    [JsonPropertyName("status")] public string Status { get; init; } = "New";
    [JsonPropertyName("time")] public long Time { get; init; }
    [JsonPropertyName("message")] public string? Message { get; init; }
    [JsonPropertyName("metadata")] public OcsfMetadata Metadata { get; init; } = new();
    [JsonPropertyName("finding_info")] public OcsfFindingInfo FindingInfo { get; init; } = new();
    [JsonPropertyName("device")] public OcsfDevice? Device { get; init; }
    [JsonPropertyName("resources")] public List<OcsfResource>? Resources { get; init; }
    [JsonPropertyName("evidences")] public List<OcsfEvidence>? Evidences { get; init; }
    [JsonPropertyName("observables")] public List<OcsfObservable>? Observables { get; init; }
    [JsonPropertyName("unmapped")] public Dictionary<string, string?>? Unmapped { get; init; }
    [JsonPropertyName("raw_data")] public string RawData { get; init; } = "";

    /// <param name="alert">The alert.</param>
    /// <param name="json">Its JSON.</param>
    public static DetectionFinding Of(Alert alert, byte[] json)
    {
        var severity = OcsfSeverity.Of(alert.Priority);
        var time = alert.UnixNanoseconds / 1_000_000;
        var id = alert.Id.ToString();
        return new DetectionFinding
        {
            SeverityId = severity.Id,
            Severity = severity.Name,
            Time = time,
            Message = alert.Output.Length > 0 ? alert.Output : alert.Rule,
            Metadata = new OcsfMetadata { Version = SchemaVersion, Uid = id, LogName = Some(alert.Source), OriginalTime = alert.TimeText(), Labels = alert.Tags.Count > 0 ? [.. alert.Tags] : null },
            FindingInfo = new OcsfFindingInfo
            {
                Uid = id,
                Title = alert.Rule,
                Description = Some(alert.Output),
                Types = alert.Source.Length > 0 ? [alert.Source] : null,
                CreatedTime = time,
                Analytic = new OcsfAnalytic { Name = alert.Rule },
                Attacks = AttackTags.Of(alert),
            },
            Device = alert.Hostname.Length > 0 ? new OcsfDevice { Hostname = alert.Hostname } : null,
            Resources = alert.FieldText("k8s.pod.name") is { Length: > 0 } pod ? [new OcsfResource { Name = pod, Namespace = Some(alert.FieldText("k8s.ns.name")), Type = "Pod" }] : null,
            Evidences = EvidenceFields.Of(alert) is { } evidence ? [evidence] : null,
            Observables = FindingObservables.Of(alert),
            Unmapped = alert.Fields.Count > 0 ? alert.Fields.ToDictionary(f => f.Name, f => f.Value.IsNull ? null : f.Value.Text, StringComparer.Ordinal) : null,
            RawData = Encoding.UTF8.GetString(json),
        };
    }

    private static string? Some(string text) => text.Length > 0 ? text : null;
}
