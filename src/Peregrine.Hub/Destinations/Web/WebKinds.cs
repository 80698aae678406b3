namespace Peregrine.Hub.Destinations;

/// <summary>Destinations that take plain events over HTTP.</summary>
internal static class WebKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Web.WebhookDestination.Kind,
        Web.NodeRedDestination.Kind,
        Web.WebUiDestination.Kind,
    ];
}
