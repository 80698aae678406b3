namespace Peregrine.Hub.Destinations;

/// <summary>All kinds of destination that the hub knows.</summary>
public static class DestinationKinds
{
    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        .. ChatKinds.All,
        .. AlertingKinds.All,
        .. LogKinds.All,
        .. MetricKinds.All,
        .. QueueKinds.All,
        .. DatabaseKinds.All,
        .. EmailKinds.All,
        .. WebKinds.All,
        .. FunctionKinds.All,
        .. AwsKinds.All,
        .. GcpKinds.All,
        .. AzureKinds.All,
        .. OtlpKinds.All,
        .. KubernetesKinds.All,
        .. WorkflowKinds.All,
    ];

    /// <summary>The kind with this name, in any case; null when there is none.</summary>
    public static DestinationKind? Find(string name) => All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
