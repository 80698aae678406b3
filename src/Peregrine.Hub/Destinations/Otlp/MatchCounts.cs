using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>One combination of attributes; two of the same key are equal.</summary>
internal sealed record MatchSeries(string Key, IReadOnlyList<OtlpMessage> Attributes)
{
    public bool Equals(MatchSeries? other) => other?.Key == Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}

/// <summary>How many events had each combination of attributes. Belongs to one task at a time.</summary>
/// <param name="fields">Output fields that are attributes beside the usual ones.</param>
internal sealed class MatchCounts(IReadOnlyList<string> fields)
{
    // What OpenTelemetry's own libraries allow: names that attackers choose must not fill the memory, here or in the collector. Beyond it all new combinations share one.
    private const int MaxSeries = 2000;
    private const int MaxValueLength = 1000;
    private static readonly HashSet<string> Usual = ["source", "priority", "rule", "hostname", "tags", "k8s_ns_name", "k8s_pod_name"];
    private static readonly MatchSeries Overflow = new("", [new OtlpMessage().Text(1, "key", "otel.metric.overflow").Message(2, "value", new OtlpMessage().Flag(2, "boolValue", true))]);

    private readonly Dictionary<MatchSeries, long> _counts = [];
    private readonly IReadOnlyList<(string Field, string Name)> _fields = [.. fields.Select(f => (f, Name(f))).Where(f => !Usual.Contains(f.Item2)).DistinctBy(f => f.Item2)];

    public IReadOnlyDictionary<MatchSeries, long> All => _counts;

    /// <summary>The counts that these alerts change, with them; nothing is kept.</summary>
    /// <param name="batch">The alerts.</param>
    /// <param name="fromZero">Whether they alone are counted.</param>
    public IReadOnlyDictionary<MatchSeries, long> With(IReadOnlyList<Alert> batch, bool fromZero)
    {
        var changed = new Dictionary<MatchSeries, long>();
        foreach (var alert in batch)
        {
            var series = Series(alert);
            var isKnown = changed.ContainsKey(series) || _counts.ContainsKey(series);
            if (!isKnown && _counts.Count + changed.Count >= MaxSeries) series = Overflow;
            var before = changed.TryGetValue(series, out var count) || fromZero ? count : _counts.GetValueOrDefault(series);
            changed[series] = before + 1;
        }
        return changed;
    }

    public void Keep(IReadOnlyDictionary<MatchSeries, long> changed)
    {
        foreach (var (series, count) in changed) _counts[series] = count;
    }

    private MatchSeries Series(Alert alert)
    {
        List<(string Name, string Text)> attributes =
        [
            ("source", alert.Source),
            ("priority", alert.Priority.Name()),
            ("rule", alert.Rule),
            ("hostname", alert.Hostname.Length > 0 ? alert.Hostname : "unknown"),
            ("k8s_ns_name", alert.FieldText("k8s.ns.name")),
            ("k8s_pod_name", alert.FieldText("k8s.pod.name")),
            .. _fields.Select(f => (f.Name, alert.FieldText(f.Field))),
        ];
        attributes = [.. attributes.Where(a => a.Text.Length > 0).Select(a => (a.Name, ShortText.Cut(a.Text, MaxValueLength)))];
        var key = string.Join('\n', [.. attributes.Select(a => a.Name + "=" + a.Text), .. alert.Tags.Select(t => "tag=" + t)]);
        List<OtlpMessage> messages = [.. attributes.Select(a => OtlpAttributes.Attribute(a.Name, a.Text))];
        if (alert.Tags.Count > 0) messages.Add(OtlpAttributes.Attribute("tags", alert.Tags));
        return new MatchSeries(key, messages);
    }

    private static string Name(string field) => field.Replace('.', '_').Replace('[', '_').Replace("]", "", StringComparison.Ordinal);
}
