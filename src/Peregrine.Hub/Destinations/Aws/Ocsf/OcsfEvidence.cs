using System.Text.Json.Serialization;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>Who did what to what, as far as the alert's fields say.</summary>
internal sealed record OcsfEvidence
{
    [JsonPropertyName("actor")] public OcsfActor? Actor { get; init; }
    [JsonPropertyName("container")] public OcsfContainer? Container { get; init; }
    [JsonPropertyName("file")] public OcsfFile? File { get; init; }
    [JsonPropertyName("src_endpoint")] public OcsfEndpoint? Source { get; init; }
    [JsonPropertyName("dst_endpoint")] public OcsfEndpoint? Destination { get; init; }
}

internal sealed record OcsfActor
{
    [JsonPropertyName("process")] public OcsfProcess? Process { get; init; }
    [JsonPropertyName("user")] public OcsfEntity? User { get; init; }
}

internal sealed record OcsfProcess
{
    [JsonPropertyName("pid")] public int Pid { get; init; }
    [JsonPropertyName("name")] public string? Name { get; init; }
    [JsonPropertyName("cmd_line")] public string? CommandLine { get; init; }
    [JsonPropertyName("file")] public OcsfFile? File { get; init; }
    [JsonPropertyName("parent_process")] public OcsfParentProcess? Parent { get; init; }
}

internal sealed record OcsfParentProcess
{
    [JsonPropertyName("pid")] public int Pid { get; init; }
    [JsonPropertyName("name")] public string? Name { get; init; }
    [JsonPropertyName("cmd_line")] public string? CommandLine { get; init; }
}

internal sealed record OcsfFile
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("path")] public string Path { get; init; } = "";
    [JsonPropertyName("type_id")] public int TypeId { get; init; }
    [JsonPropertyName("type")] public string Type { get; init; } = "";
}

internal sealed record OcsfContainer
{
    [JsonPropertyName("uid")] public string Uid { get; init; } = "";
    [JsonPropertyName("name")] public string? Name { get; init; }
    [JsonPropertyName("image")] public OcsfEntity? Image { get; init; }
}

internal sealed record OcsfEndpoint
{
    [JsonPropertyName("ip")] public string Ip { get; init; } = "";
    [JsonPropertyName("port")] public int? Port { get; init; }
}
