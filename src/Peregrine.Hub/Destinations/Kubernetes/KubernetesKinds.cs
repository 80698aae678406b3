namespace Peregrine.Hub.Destinations;

/// <summary>Objects of Kubernetes that alerts become.</summary>
internal static class KubernetesKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } = [Kubernetes.PolicyReportDestination.Kind];
}
