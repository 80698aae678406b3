namespace Peregrine.Hub.Destinations;

/// <summary>The services of Azure.</summary>
internal static class AzureKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } = [Azure.EventHubsDestination.Kind];
}
