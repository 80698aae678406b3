using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Alerting;

/// <summary>An alert's fields as flat names: dots and brackets become underscores.</summary>
internal static class AlertDetails
{
    public static IEnumerable<(string Name, string Value)> Of(Alert alert)
    {
        yield return ("rule", alert.Rule);
        yield return ("priority", alert.Priority.Name());
        yield return ("source", alert.Source);
        if (alert.Hostname.Length > 0) yield return ("hostname", alert.Hostname);
        if (alert.Tags.Count > 0) yield return ("tags", string.Join(", ", alert.Tags));
        foreach (var field in alert.Fields.Where(f => !f.Value.IsNull).OrderBy(f => f.Name, StringComparer.Ordinal)) yield return (FlatName(field.Name), field.Value.Text);
    }

    /// <summary>Letters, digits and underscores: <c>proc.aname[2]</c> is <c>proc_aname_2</c>.</summary>
    public static string FlatName(string field)
    {
        var name = string.Concat(field.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')).Trim('_');
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }
}
