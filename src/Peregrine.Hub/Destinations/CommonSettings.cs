using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations;

/// <summary>What every destination can be told.</summary>
internal static class CommonSettings
{
    public const string MinimumPriority = "minimumpriority";

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text(MinimumPriority, "The least urgent level that is sent; empty for all") with
        {
            Choices = ["", "emergency", "alert", "critical", "error", "warning", "notice", "informational", "info", "debug"],
        },
    ];
}
