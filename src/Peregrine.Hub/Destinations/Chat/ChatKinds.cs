namespace Peregrine.Hub.Destinations;

/// <summary>Chat services.</summary>
internal static class ChatKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } = [Chat.SlackDestination.Kind];
}
