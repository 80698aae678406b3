namespace Peregrine.Hub.Destinations;

/// <summary>Chat services.</summary>
internal static class ChatKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Chat.SlackDestination.Kind,
        Chat.MattermostDestination.Kind,
        Chat.RocketchatDestination.Kind,
        Chat.TeamsDestination.Kind,
        Chat.WebexDestination.Kind,
        Chat.DiscordDestination.Kind,
        Chat.GoogleChatDestination.Kind,
        Chat.CliqDestination.Kind,
        Chat.TelegramDestination.Kind,
    ];
}
