using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>An alert's parts as attributes of a message, by which subscriptions filter.</summary>
internal static class SnsAttributes
{
    private const int LongestName = 256;
    private const int LongestValue = 1000;

    // A message has 256 KiB with its attributes.
    private const int MostAtAll = 100;

    /// <param name="alert">The alert.</param>
    /// <param name="most">Most attributes; 0 for all.</param>
    public static IEnumerable<(string Name, string Value)> Of(Alert alert, int most)
    {
        var fields = alert.Fields.Select(f => (f.Name, f.Value.Text));
        IEnumerable<(string Name, string Value)> all =
        [
            ("priority", alert.Priority.Name()), ("rule", alert.Rule), ("source", alert.Source), ("hostname", alert.Hostname), ("tags", string.Join(',', alert.Tags)), .. fields,
        ];
        return all.Select(a => (Name: CleanName(a.Name), Value: Clean(ShortText.Cut(a.Value, LongestValue))))
            .Where(a => a.Name.Length > 0 && a.Value.Length > 0)
            .DistinctBy(a => a.Name)
            .Take(most == 0 ? MostAtAll : Math.Min(most, MostAtAll));
    }

    /// <summary>Without the characters that XML cannot hold, which the service refuses.</summary>
    public static string Clean(string text) => text.All(IsAllowed) ? text : string.Concat(text.Select(c => IsAllowed(c) ? c : ' '));

    private static bool IsAllowed(char c) => c is '\t' or '\n' or '\r' or >= ' ' and not '\ufffe' and not '\uffff';

    private static string CleanName(string name)
    {
        var parts = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')).Split('.', StringSplitOptions.RemoveEmptyEntries);
        var clean = string.Join('.', parts).TrimEnd('_', '.');
        // These beginnings are the service's own.
        if (clean.StartsWith("aws.", StringComparison.OrdinalIgnoreCase) || clean.StartsWith("amazon.", StringComparison.OrdinalIgnoreCase)) clean = "_" + clean;
        return clean.Length > LongestName ? clean[..LongestName].TrimEnd('.') : clean;
    }
}
