namespace Peregrine.Hub.Destinations;

/// <summary>Places that count events.</summary>
internal static class MetricKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Metrics.StatsDDestination.Kind,
        Metrics.StatsDDestination.DogKind,
        Metrics.WavefrontDestination.Kind,
    ];
}
