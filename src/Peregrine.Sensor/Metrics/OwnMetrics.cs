using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Metrics;

/// <summary>What the reference has no names for: outputs, reloads, latency.</summary>
internal static class OwnMetrics
{
    public static void Write(PrometheusText text, MetricsSample sample)
    {
        Outputs(text, sample);
        Reloads(text, sample.Reloads, sample.Generation.Number);
        text.Family("peregrine_events_read_total", MetricType.Counter, "Events that the rules have seen.").Sample(sample.Worker.Events);
        text.Family("peregrine_rules_enabled", MetricType.Gauge, "Rules that run.").Sample((long)sample.Generation.Rules.EnabledCount);
        text.Family("peregrine_alert_latency_seconds", MetricType.Histogram, "From the event to its alert's place in the outputs' queues.").Histogram(sample.Latency);
    }

    private static void Outputs(PrometheusText text, MetricsSample sample)
    {
        var outputs = sample.Outputs;
        Each("alerts_offered_total", MetricType.Counter, "Alerts given to an output.", static o => o.Offered);
        Each("alerts_delivered_total", MetricType.Counter, "Alerts that an output delivered.", static o => o.Delivered);
        Each("alerts_failed_total", MetricType.Counter, "Alerts that an output tried to deliver and gave up on.", static o => o.Failed);
        Each("alerts_dropped_total", MetricType.Counter, "Alerts that found an output's queue full, or were left at its end.", static o => o.Dropped);
        Each("queue_alerts", MetricType.Gauge, "Alerts that wait in an output's queue.", static o => o.Waiting);
        Each("queue_capacity_alerts", MetricType.Gauge, "How many may wait.", static o => o.Capacity);

        void Each(string name, MetricType type, string help, Func<Peregrine.Outputs.OutputCounters, long> value)
        {
            if (outputs.Count == 0) return;
            text.Family("peregrine_output_" + name, type, help);
            foreach (var output in outputs) text.Sample(value(output), ("output", output.Output));
        }
    }

    private static void Reloads(PrometheusText text, ReloadCounters reloads, int number)
    {
        text.Family("peregrine_reloads_total", MetricType.Counter, "Reloads of configuration and rules.")
            .Sample(reloads.SucceededCount, ("result", "succeeded"))
            .Sample(reloads.RefusedCount, ("result", "refused"));
        text.Family("peregrine_configuration_generation", MetricType.Gauge, "Which configuration is in force; 1 is the one at the start.").Sample((long)number);
    }
}
