using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>The colours by which people know the levels.</summary>
internal static class PriorityColors
{
    /// <summary><c>#rrggbb</c>.</summary>
    public static string Hex(AlertPriority priority) => $"#{Value(priority):x6}";

    /// <summary>The colour as a number, 0xRRGGBB.</summary>
    public static int Value(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency or AlertPriority.Error => 0xe20b0b,
        AlertPriority.Alert or AlertPriority.Critical => 0xff5400,
        AlertPriority.Warning => 0xffc700,
        AlertPriority.Notice => 0x5bffb5,
        AlertPriority.Informational => 0x68c2ff,
        _ => 0xccfff2,
    };
}
