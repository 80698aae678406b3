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
    private readonly ConcurrentDictionary<string, Counter> _series = new(StringComparer.Ordinal);
    private long _accepted;
    private long _rejected;

    /// <param name="fields">Output fields that become labels beside the usual ones; names that are no labels are made so.</param>
    public HubCounters(IEnumerable<string> fields) =>
        _labels = [.. fields.Select(f => (f, PrometheusText.LabelName(f))).DistinctBy(l => l.Item2).Where(l => !Usual.Contains(l.Item2))];

    private static readonly HashSet<string> Usual = ["hostname", "rule", "priority", "priority_raw", "source", "k8s_ns_name", "k8s_pod_name"];

    public long AcceptedTotal => Interlocked.Read(ref _accepted);

    public long RejectedTotal => Interlocked.Read(ref _rejected);

    /// <summary>Labels in braces with how many alerts had them.</summary>
    public IEnumerable<(string Labels, long Count)> Series => _series.Select(s => (s.Key, s.Value.Read()));

    public void Accepted(int alerts) => Interlocked.Add(ref _accepted, alerts);

    public void Rejected(int alerts) => Interlocked.Add(ref _rejected, alerts);

    public void Count(Alert alert)
    {
        var labels = Labels(alert);
        if (!_series.TryGetValue(labels, out var counter)) counter = _series.GetOrAdd(_series.Count < MaxSeries ? labels : "{rule=\"other\"}", static _ => new Counter());
        counter.Increment();
    }

    private string Labels(Alert alert)
    {
        var text = new PrometheusLabels()
            .Add("hostname", alert.Hostname.Length > 0 ? alert.Hostname : "unknown")
            .Add("rule", alert.Rule)
            .Add("priority", ((int)alert.Priority).ToString(CultureInfo.InvariantCulture))
            .Add("priority_raw", alert.Priority.LowerName())
            .Add("source", alert.Source)
            .Add("k8s_ns_name", alert.FieldText("k8s.ns.name"))
            .Add("k8s_pod_name", alert.FieldText("k8s.pod.name"));
        foreach (var (field, label) in _labels) text.Add(label, alert.FieldText(field));
        return text.ToString();
    }

    private sealed class Counter
    {
        private long _value;

        public void Increment() => Interlocked.Increment(ref _value);

        public long Read() => Interlocked.Read(ref _value);
    }
}
