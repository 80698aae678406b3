using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>The names of priorities and log levels.</summary>
public static class PriorityNames
{
    public const string All = "emergency, alert, critical, error, warning, notice, informational (info) and debug";

    /// <summary>The priority with this name, in any case; null for another text.</summary>
    public static AlertPriority? Parse(string text)
    {
        if (text.Equals("info", StringComparison.OrdinalIgnoreCase)) return AlertPriority.Informational;
        for (var priority = AlertPriority.Emergency; priority <= AlertPriority.Debug; priority++)
            if (text.Equals(Name(priority), StringComparison.OrdinalIgnoreCase)) return priority;
        return null;
    }

    public static string Name(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency => "Emergency",
        AlertPriority.Alert => "Alert",
        AlertPriority.Critical => "Critical",
        AlertPriority.Error => "Error",
        AlertPriority.Warning => "Warning",
        AlertPriority.Notice => "Notice",
        AlertPriority.Informational => "Informational",
        _ => "Debug",
    };
}
