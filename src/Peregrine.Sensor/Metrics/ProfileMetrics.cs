using Peregrine.Sensor.Profiling;

namespace Peregrine.Sensor.Metrics;

/// <summary>What events and rules cost, reckoned from the few events that are measured.</summary>
internal static class ProfileMetrics
{
    public static void Write(PrometheusText text, ProfileFigures figures)
    {
        text.Family("peregrine_step_seconds_total", MetricType.Counter, "Time that events took, by step; reckoned from samples.");
        foreach (var step in Enum.GetValues<ProfileStep>()) text.Sample(Seconds(figures.Steps[(int)step] * figures.Events), ("step", ProfileFigures.NameOf(step)));
        var rules = figures.Rules.OrderBy(static r => r.Key, StringComparer.Ordinal).ToList();
        text.Family("peregrine_rule_seconds_total", MetricType.Counter, "Time that asking rules took, shared between those that ask the same; reckoned from samples.");
        foreach (var (rule, cost) in rules) text.Sample(Seconds(cost.Nanoseconds), ("rule", rule));
        text.Family("peregrine_rule_evaluations_total", MetricType.Counter, "Events for which a rule's condition had to be asked; reckoned from samples.");
        foreach (var (rule, cost) in rules) text.Sample(Math.Round(cost.Evaluations), ("rule", rule));
    }

    private static double Seconds(double nanoseconds) => Math.Round(nanoseconds / 1e9, 9);
}
