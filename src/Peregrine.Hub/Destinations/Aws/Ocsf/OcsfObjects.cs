using System.Text.Json.Serialization;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

// Objects of the Open Cybersecurity Schema Framework, with the attributes that alerts have values for. What is null is absent.

internal sealed record OcsfMetadata
{
    [JsonPropertyName("version")] public string Version { get; init; } = "";
    [JsonPropertyName("product")] public OcsfProduct Product { get; init; } = new();
    [JsonPropertyName("uid")] public string? Uid { get; init; }
    [JsonPropertyName("log_name")] public string? LogName { get; init; }
    [JsonPropertyName("original_time")] public string? OriginalTime { get; init; }
    [JsonPropertyName("labels")] public List<string>? Labels { get; init; }
}

internal sealed record OcsfProduct
{
    [JsonPropertyName("name")] public string Name { get; init; } = "Falco";
    [JsonPropertyName("vendor_name")] public string VendorName { get; init; } = "Falcosecurity";
}

internal sealed record OcsfFindingInfo
{
    [JsonPropertyName("uid")] public string Uid { get; init; } = "";
    [JsonPropertyName("title")] public string Title { get; init; } = "";
    [JsonPropertyName("desc")] public string? Description { get; init; }
    [JsonPropertyName("types")] public List<string>? Types { get; init; }
    [JsonPropertyName("created_time")] public long CreatedTime { get; init; }
    [JsonPropertyName("analytic")] public OcsfAnalytic Analytic { get; init; } = new();
    [JsonPropertyName("attacks")] public List<OcsfAttack>? Attacks { get; init; }
}

internal sealed record OcsfAnalytic
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("type_id")] public int TypeId { get; init; } = 1;
    [JsonPropertyName("type")] public string Type { get; init; } = "Rule";
}

internal sealed record OcsfAttack
{
    [JsonPropertyName("tactic")] public OcsfEntity? Tactic { get; init; }
    [JsonPropertyName("technique")] public OcsfEntity? Technique { get; init; }
    [JsonPropertyName("sub_technique")] public OcsfEntity? SubTechnique { get; init; }
}

internal sealed record OcsfEntity
{
    [JsonPropertyName("name")] public string? Name { get; init; }
    [JsonPropertyName("uid")] public string? Uid { get; init; }
}

internal sealed record OcsfDevice
{
    [JsonPropertyName("hostname")] public string Hostname { get; init; } = "";
    [JsonPropertyName("type_id")] public int TypeId { get; init; }
    [JsonPropertyName("type")] public string Type { get; init; } = "Unknown";
}

internal sealed record OcsfResource
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("namespace")] public string? Namespace { get; init; }
    [JsonPropertyName("type")] public string Type { get; init; } = "";
}

internal sealed record OcsfObservable
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("type")] public string Type { get; init; } = "";
    [JsonPropertyName("type_id")] public int TypeId { get; init; }
    [JsonPropertyName("value")] public string? Value { get; init; }
}
