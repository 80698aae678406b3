namespace Peregrine.Hub.Destinations;

/// <summary>The services of Google Cloud.</summary>
internal static class GcpKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Gcp.PubSubDestination.Kind,
        Gcp.CloudStorageDestination.Kind,
        Gcp.CloudFunctionsDestination.Kind,
        Gcp.CloudRunDestination.Kind,
        Gcp.ChronicleDestination.Kind,
    ];
}
