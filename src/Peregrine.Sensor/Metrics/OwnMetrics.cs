using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Metrics;

/// <summary>What the reference has no names for.</summary>
internal static class OwnMetrics
{
    public static void Write(PrometheusText text, MetricsSample sample)
    {
        OutputMetrics.Write(text, sample.Outputs);
        Reloads(text, sample.Reloads, sample.Generation.Number);
        text.Family("peregrine_events_read_total", MetricType.Counter, "Events that the rules have seen.").Sample(sample.Worker.Events);
        text.Family("peregrine_rules_enabled", MetricType.Gauge, "Rules that run.").Sample((long)sample.Generation.Rules.EnabledCount);
        text.Family("peregrine_alert_latency_seconds", MetricType.Histogram, "From the event to its alert's place in the outputs' queues.").Histogram(sample.Latency);
    }

    private static void Reloads(PrometheusText text, ReloadCounters reloads, int number)
    {
        text.Family("peregrine_reloads_total", MetricType.Counter, "Reloads of configuration and rules.")
            .Sample(reloads.SucceededCount, ("result", "succeeded"))
            .Sample(reloads.RefusedCount, ("result", "refused"));
        text.Family("peregrine_configuration_generation", MetricType.Gauge, "Which configuration is in force; 1 is the one at the start.").Sample((long)number);
    }
}
