using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Metrics;

/// <summary>How often rules matched.</summary>
internal static class RuleMetrics
{
    /// <summary>In the reference's form only rules that have matched; in ours all that are enabled, so that a rate can be taken from the first match on.</summary>
    public static void Write(PrometheusText text, MetricsSample sample)
    {
        var matched = Matched(sample);
        if (matched.Count > 0) text.Family("falcosecurity_falco_rules_matches_total", MetricType.Counter, "Alerts by rule.");
        foreach (var (rule, count) in matched)
        {
            var labels = new List<(string, string)> { ("priority", $"{(int)rule.Priority}"), ("rule_name", rule.Name), ("source", rule.Source) };
            foreach (var tag in rule.Tags.Select(t => "tag_" + PrometheusText.NamePart(t)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) labels.Add((tag, "true"));
            text.Sample(count, labels.ToArray());
        }
        text.Family("peregrine_rule_matches_total", MetricType.Counter, "Alerts by rule, of all rules that are enabled.");
        foreach (var rule in sample.Generation.Rules.Engine.Rules) text.Sample(sample.Worker.Matches.GetValueOrDefault(rule.Name), ("rule", rule.Name));
    }

    public static void Write(SnapshotFields fields, MetricsSample sample)
    {
        ulong total = 0;
        foreach (var count in sample.Worker.Matches.Values) total += count;
        fields.Whole("falco.rules.matches_total", total);
        foreach (var rule in sample.Generation.Rules.Engine.Rules)
            fields.Count("falco.rules." + PrometheusText.NamePart(rule.Name), sample.Worker.Matches.GetValueOrDefault(rule.Name));
    }

    /// <summary>With what the rules in force say of themselves; rules that a reload took away are not told any more.</summary>
    private static List<(Rules.Rule Rule, ulong Count)> Matched(MetricsSample sample) =>
        [.. sample.Generation.Rules.Engine.Rules.Select(r => (r, sample.Worker.Matches.GetValueOrDefault(r.Name))).Where(r => r.Item2 > 0)];
}
