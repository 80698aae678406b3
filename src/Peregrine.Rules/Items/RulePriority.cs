namespace Peregrine.Rules;

/// <summary>How bad it is when a rule matches; smaller is worse.</summary>
public enum RulePriority : byte
{
    Emergency,
    Alert,
    Critical,
    Error,
    Warning,
    Notice,
    Informational,
    Debug,
}

/// <summary>The spelling of priorities.</summary>
public static class RulePriorities
{
    private static readonly string[] Names = ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"];

    public static string Name(RulePriority priority) => Names[(int)priority];

    /// <summary>Reads a priority in any case; <c>info</c> is short for informational.</summary>
    public static bool TryParse(string text, out RulePriority priority)
    {
        ArgumentNullException.ThrowIfNull(text);
        var index = text.Equals("info", StringComparison.OrdinalIgnoreCase)
            ? (int)RulePriority.Informational
            : Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        priority = (RulePriority)Math.Max(index, 0);
        return index >= 0;
    }
}
