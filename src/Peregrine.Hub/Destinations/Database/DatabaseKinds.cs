namespace Peregrine.Hub.Destinations;

/// <summary>Databases.</summary>
internal static class DatabaseKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Database.RedisDestination.Kind,
        Database.TimescaleDbDestination.Kind,
    ];
}
