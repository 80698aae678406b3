using System.Globalization;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Alerting;

/// <summary>Labels and annotations of an alert. Labels make an alert's identity there, so counters of dropped events (<c>n_evts</c>, <c>n_drops…</c>) become classes or are left out.</summary>
internal sealed class AlertmanagerLabels
{
    public const string DefaultThresholds = "10000:critical, 1000:critical, 100:critical, 10:warning, 1:warning";

    private readonly SettingValues _settings;
    private readonly (long Least, AlertPriority Priority)[] _thresholds;
    private readonly AlertPriority _dropPriority;

    /// <exception cref="ConfigurationException">A threshold or a level cannot be read.</exception>
    public AlertmanagerLabels(SettingValues settings)
    {
        _settings = settings;
        _thresholds = [.. settings.Text("dropeventthresholds").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Threshold).OrderByDescending(t => t.Least)];
        _dropPriority = Level(settings.Text("dropeventdefaultpriority"));
    }

    public Dictionary<string, string> Labels(Alert alert)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var priority = alert.Priority;
        foreach (var field in alert.Fields)
        {
            if (field.Value.Kind is not (AlertValueKind.Text or AlertValueKind.Number or AlertValueKind.Boolean) || field.Name.StartsWith("n_evts", StringComparison.Ordinal)) continue;
            var value = field.Value.Text;
            if (field.Name.StartsWith("n_drop", StringComparison.Ordinal))
            {
                if (!long.TryParse(value, CultureInfo.InvariantCulture, out var drops) || drops == 0) continue;
                (value, var level) = Class(drops);
                if (level > priority) priority = level;
            }
            labels[AlertDetails.FlatName(field.Name)] = value;
        }
        labels["source"] = "falco";
        labels["rule"] = labels["alertname"] = alert.Rule;
        labels["eventsource"] = alert.Source;
        if (alert.Hostname.Length > 0) labels["hostname"] = alert.Hostname;
        if (alert.Tags.Count > 0) labels["tags"] = string.Join(',', alert.Tags);
        labels["priority"] = priority.Name();
        labels["severity"] = Severity(priority);
        foreach (var (name, value) in _settings.Map("extralabels")) labels[name] = value;
        return labels;
    }

    public Dictionary<string, string> Annotations(Alert alert)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["info"] = alert.Output,
            ["description"] = alert.Output,
            ["summary"] = alert.Rule,
        };
        foreach (var (name, value) in _settings.Map("extraannotations")) annotations[name] = value;
        return annotations;
    }

    private string Severity(AlertPriority priority)
    {
        foreach (var (name, severity) in _settings.Map("customseveritymap"))
            if (AlertPriorities.TryParse(name, out var level) && level == priority) return severity;
        return priority switch
        {
            >= AlertPriority.Critical => "critical",
            >= AlertPriority.Warning => "warning",
            _ => "information",
        };
    }

    private (string Class, AlertPriority Priority) Class(long drops)
    {
        foreach (var (least, priority) in _thresholds)
            if (drops > least) return ($">{least.ToString(CultureInfo.InvariantCulture)}", priority);
        return (drops.ToString(CultureInfo.InvariantCulture), _dropPriority);
    }

    private static (long Least, AlertPriority Priority) Threshold(string text)
    {
        var parts = text.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)
            ? (least, Level(parts[1]))
            : throw new ConfigurationException($"alertmanager.dropeventthresholds: NUMBER:LEVEL is expected, not '{text}'");
    }

    private static AlertPriority Level(string text) => AlertPriorities.TryParse(text, out var level) ? level : throw new ConfigurationException($"alertmanager: '{text}' is no level");
}
