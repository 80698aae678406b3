using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>What chats show of an alert, row by row: rule, priority, source, host, tags, the output fields by name, the time.</summary>
internal static class AlertRows
{
    public static IEnumerable<(string Title, string Value)> Of(Alert alert)
    {
        yield return ("rule", alert.Rule);
        yield return ("priority", alert.Priority.Name());
        if (alert.Source.Length > 0) yield return ("source", alert.Source);
        if (alert.Hostname.Length > 0) yield return ("hostname", alert.Hostname);
        if (alert.Tags.Count > 0) yield return ("tags", string.Join(", ", alert.Tags));
        // Numbers and flags as well as text: the reference leaves them out without a word.
        foreach (var field in alert.Fields.Where(f => !f.Value.IsNull).OrderBy(f => f.Name, StringComparer.Ordinal)) yield return (field.Name, field.Value.Text);
        yield return ("time", alert.TimeText());
    }
}
