using System.Collections.Concurrent;
using System.Globalization;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Metrics;

/// <summary>What came in. Threads may share it.</summary>
public sealed class HubCounters
{
    // Beyond it, new combinations of labels share one series: names that attackers choose must not fill the memory here or in Prometheus.
    private const int MaxSeries = 10_000;

    private readonly IReadOnlyList<(string Field, string Label)> _labels;
    private readonly ConcurrentDictionary<SeriesKey, Counter> _series = new();
    private static readonly SeriesKey Other = new("", "", AlertPriority.None, "", "", "", "", "");
    private long _accepted;
    private long _rejected;

    /// <param name="fields">Output fields that become labels beside the usual ones; names that are no labels are made so.</param>
    public HubCounters(IEnumerable<string> fields) =>
        _labels = [.. fields.Select(f => (f, PrometheusText.LabelName(f))).DistinctBy(l => l.Item2).Where(l => !Usual.Contains(l.Item2))];

    private static readonly HashSet<string> Usual = ["hostname", "rule", "priority", "priority_raw", "source", "k8s_ns_name", "k8s_pod_name"];

    public long AcceptedTotal => Interlocked.Read(ref _accepted);

    public long RejectedTotal => Interlocked.Read(ref _rejected);

    /// <summary>The router's labels in braces with how many alerts had them.</summary>
    public IEnumerable<(string Labels, long Count)> RouterSeries => Sum(RouterLabels);

    /// <summary>The same for the exporter's labels.</summary>
    public IEnumerable<(string Labels, long Count)> ExporterSeries => Sum(ExporterLabels);

    public void Accepted(int alerts) => Interlocked.Add(ref _accepted, alerts);

    public void Rejected(int alerts) => Interlocked.Add(ref _rejected, alerts);

    public void Count(Alert alert)
    {
        var more = _labels.Count == 0 ? "" : string.Join('\u0001', _labels.Select(l => alert.FieldText(l.Field)));
        var key = new SeriesKey(alert.Hostname, alert.Rule, alert.Priority, alert.Source, alert.FieldText("k8s.ns.name"), alert.FieldText("k8s.pod.name"), alert.Tags.Count == 0 ? "" : string.Join(',', alert.Tags), more);
        if (!_series.TryGetValue(key, out var counter)) counter = _series.GetOrAdd(_series.Count < MaxSeries ? key : Other, static _ => new Counter());
        counter.Increment();
    }

    private IEnumerable<(string Labels, long Count)> Sum(Func<SeriesKey, string> labels) =>
        _series.GroupBy(s => s.Key == Other ? "{rule=\"other\"}" : labels(s.Key), StringComparer.Ordinal).Select(g => (g.Key, g.Sum(s => s.Value.Read()))).OrderBy(s => s.Key, StringComparer.Ordinal);

    private string RouterLabels(SeriesKey key)
    {
        var text = new PrometheusLabels()
            .Add("hostname", key.Hostname.Length > 0 ? key.Hostname : "unknown")
            .Add("rule", key.Rule)
            .Add("priority", ((int)key.Priority).ToString(CultureInfo.InvariantCulture))
            .Add("priority_raw", key.Priority.LowerName())
            .Add("source", key.Source)
            .Add("k8s_ns_name", key.Namespace)
            .Add("k8s_pod_name", key.Pod);
        if (_labels.Count == 0) return text.ToString();
        foreach (var (label, value) in _labels.Zip(key.More.Split('\u0001'))) text.Add(label.Label, value);
        return text.ToString();
    }

    // Commas around the tags let a regular expression find each as ",tag,".
    private static string ExporterLabels(SeriesKey key) => new PrometheusLabels()
        .Add("rule", key.Rule)
        .Add("priority", key.Priority.SyslogLevel().ToString(CultureInfo.InvariantCulture))
        .Add("hostname", key.Hostname)
        .Add("source", key.Source)
        .Add("k8s_ns_name", key.Namespace)
        .Add("k8s_pod_name", key.Pod)
        .Add("tags", key.Tags.Length == 0 ? "" : $",{key.Tags},")
        .ToString();

    /// <summary>What the labels of all series are made from; the texts are those of the alert, so that counting makes few new ones.</summary>
    private readonly record struct SeriesKey(string Hostname, string Rule, AlertPriority Priority, string Source, string Namespace, string Pod, string Tags, string More);

    private sealed class Counter
    {
        private long _value;

        public void Increment() => Interlocked.Increment(ref _value);

        public long Read() => Interlocked.Read(ref _value);
    }
}
