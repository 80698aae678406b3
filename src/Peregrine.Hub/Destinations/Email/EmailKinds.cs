namespace Peregrine.Hub.Destinations;

/// <summary>Mail.</summary>
internal static class EmailKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } = [Email.SmtpDestination.Kind];
}
