namespace Peregrine.Hub.Destinations;

/// <summary>Functions that are called with each event.</summary>
internal static class FunctionKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Functions.OpenFaasDestination.Kind,
        Functions.FissionDestination.Kind,
        Functions.KubelessDestination.Kind,
        Functions.CloudEventsDestination.Kind,
    ];
}
