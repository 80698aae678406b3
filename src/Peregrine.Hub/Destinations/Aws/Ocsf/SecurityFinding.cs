using System.Text;
using System.Text.Json.Serialization;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>An alert as the reference writes it: a Security Finding, a class that the schema has given up, with the reference's columns, for tables that hold such rows already.</summary>
internal sealed record SecurityFinding
{
    [JsonPropertyName("activity_id")] public int ActivityId { get; init; } = 1;
    [JsonPropertyName("activity_name")] public string ActivityName { get; init; } = "Generate";
    [JsonPropertyName("category_name")] public string CategoryName { get; init; } = "Findings";
    [JsonPropertyName("category_uid")] public int CategoryUid { get; init; } = 2;

    // Without its underline, as the tables have it.
    [JsonPropertyName("classname")] public string ClassName { get; init; } = "Security Finding";
    [JsonPropertyName("class_uid")] public int ClassUid { get; init; } = 2001;
    [JsonPropertyName("finding")] public OcsfFinding Finding { get; init; } = new();
    [JsonPropertyName("message")] public string Message { get; init; } = "";
    [JsonPropertyName("metadata")] public OcsfOldMetadata Metadata { get; init; } = new();
    [JsonPropertyName("observables")] public List<OcsfObservable> Observables { get; init; } = [];
    [JsonPropertyName("raw_data")] public string RawData { get; init; } = "";
    [JsonPropertyName("severity")] public string Severity { get; init; } = "";
    [JsonPropertyName("severity_id")] public int SeverityId { get; init; }
    [JsonPropertyName("state")] public string State { get; init; } = "New";
    [JsonPropertyName("state_id")] public int StateId { get; init; } = 1;
    [JsonPropertyName("status")] public string Status { get; init; } = "";
    [JsonPropertyName("time")] public long Time { get; init; }
    [JsonPropertyName("type_name")] public string TypeName { get; init; } = "Security Finding: Generate";
    [JsonPropertyName("type_uid")] public int TypeUid { get; init; } = 200101;

    /// <param name="alert">The alert.</param>
    /// <param name="json">Its JSON.</param>
    public static SecurityFinding Of(Alert alert, byte[] json)
    {
        var severity = OcsfSeverity.Of(alert.Priority);
        var time = alert.UnixNanoseconds / 1_000_000;
        return new SecurityFinding
        {
            Finding = new OcsfFinding { CreatedTime = time, Description = alert.Output, Title = alert.Rule, Types = [alert.Source], Uid = alert.Id.ToString() },
            Message = alert.Rule,
            Metadata = new OcsfOldMetadata { Labels = [.. alert.Tags] },
            Observables =
            [
                .. alert.Hostname.Length > 0 ? [Other("hostname", alert.Hostname)] : Array.Empty<OcsfObservable>(),
                .. alert.Fields.Where(f => !f.Value.IsNull).Select(f => Other(f.Name, f.Value.Text)),
            ],
            RawData = Encoding.UTF8.GetString(json),
            SeverityId = severity.Id,
            Severity = severity.Name,
            Status = alert.Priority.Name(),
            Time = time,
        };
    }

    private static OcsfObservable Other(string name, string value) => new() { Name = name, Type = "Other", TypeId = 0, Value = value };
}

internal sealed record OcsfFinding
{
    [JsonPropertyName("created_time")] public long CreatedTime { get; init; }
    [JsonPropertyName("desc")] public string Description { get; init; } = "";
    [JsonPropertyName("title")] public string Title { get; init; } = "";
    [JsonPropertyName("types")] public List<string> Types { get; init; } = [];
    [JsonPropertyName("uid")] public string Uid { get; init; } = "";
}

internal sealed record OcsfOldMetadata
{
    [JsonPropertyName("version")] public string Version { get; init; } = "0.1.0";
    [JsonPropertyName("product")] public OcsfProduct Product { get; init; } = new();
    [JsonPropertyName("labels")] public List<string> Labels { get; init; } = [];
}
