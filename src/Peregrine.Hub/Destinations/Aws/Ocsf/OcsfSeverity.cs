using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>How OCSF calls the levels of alerts.</summary>
internal static class OcsfSeverity
{
    public static (int Id, string Name) Of(AlertPriority priority) => priority switch
    {
        AlertPriority.Debug or AlertPriority.Informational => (1, "Informational"),
        AlertPriority.Notice => (2, "Low"),
        AlertPriority.Warning => (3, "Medium"),
        AlertPriority.Error => (4, "High"),
        AlertPriority.Critical => (5, "Critical"),
        AlertPriority.Alert or AlertPriority.Emergency => (6, "Fatal"),
        _ => (0, "Unknown"),
    };
}
