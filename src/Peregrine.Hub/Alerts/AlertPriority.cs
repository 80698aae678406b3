namespace Peregrine.Hub.Alerts;

/// <summary>How urgent an alert is; a larger number is more urgent. <see cref="None"/> is less than all levels: a threshold of it lets everything pass.</summary>
public enum AlertPriority : byte
{
    None,
    Debug,
    Informational,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}

public static class AlertPriorities
{
    private static readonly string[] Names = ["", "Debug", "Informational", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency"];

    private static readonly string[] LowerNames = [.. Names.Select(n => n.ToLowerInvariant())];

    /// <summary>The levels from the least to the most urgent, without <see cref="AlertPriority.None"/>.</summary>
    public static IReadOnlyList<AlertPriority> Levels { get; } = [.. Enum.GetValues<AlertPriority>().Where(p => p != AlertPriority.None)];

    /// <summary>The capitalised word that sensors send (<c>Emergency</c> … <c>Debug</c>); empty for none.</summary>
    public static string Name(this AlertPriority priority) => Names[(int)priority];

    public static string LowerName(this AlertPriority priority) => LowerNames[(int)priority];

    /// <summary>The sensors' own numbering: 0 for emergency, 7 for debug.</summary>
    public static int SyslogLevel(this AlertPriority priority) => priority == AlertPriority.None ? 7 : 8 - (int)priority;

    /// <summary>Reads a level in any case; <c>info</c> is short for informational.</summary>
    public static bool TryParse(string text, out AlertPriority priority)
    {
        priority = AlertPriority.None;
        if (text.Equals("info", StringComparison.OrdinalIgnoreCase))
        {
            priority = AlertPriority.Informational;
            return true;
        }
        for (var i = 1; i < Names.Length; i++)
        {
            if (!Names[i].Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            priority = (AlertPriority)i;
            return true;
        }
        return false;
    }
}
