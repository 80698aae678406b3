using Peregrine.Outputs;

namespace Peregrine.Sensor.Metrics;

/// <summary>What became of the alerts given to each output, and how full its queue is.</summary>
internal static class OutputMetrics
{
    private const string Prefix = "peregrine_output_";

    public static void Write(PrometheusText text, IReadOnlyList<OutputCounters> outputs)
    {
        if (outputs.Count == 0) return;
        Each("alerts_offered_total", MetricType.Counter, "Alerts given to an output.", static o => o.Offered);
        Each("alerts_recovered_total", MetricType.Counter, "Alerts that an earlier run left in an output's spool.", static o => o.Recovered);
        Each("alerts_delivered_total", MetricType.Counter, "Alerts that an output delivered.", static o => o.Delivered);
        Each("attempts_repeated_total", MetricType.Counter, "Attempts to deliver an alert beyond its first.", static o => o.Retried);
        Losses();
        Each("alerts_waiting", MetricType.Gauge, "Alerts that an output has and has not delivered yet, in memory and on disk.", static o => o.Waiting);
        Each("queue_alerts", MetricType.Gauge, "Alerts that wait in an output's queue in memory.", static o => o.Queued);
        Each("queue_capacity_alerts", MetricType.Gauge, "How many may wait there.", static o => o.Capacity);
        Each("queue_bytes", MetricType.Gauge, "The size of what waits there.", static o => o.QueuedBytes);
        Each("queue_capacity_bytes", MetricType.Gauge, "How much may wait there.", static o => o.CapacityBytes);
        Each("spool_bytes", MetricType.Gauge, "The size of an output's spool on disk; 0 without one.", static o => o.SpoolBytes);
        Each("spool_capacity_bytes", MetricType.Gauge, "How large it may become.", static o => o.SpoolCapacityBytes);

        void Each(string name, MetricType type, string help, Func<OutputCounters, long> value)
        {
            text.Family(Prefix + name, type, help);
            foreach (var output in outputs) text.Sample(value(output), ("output", output.Output));
        }

        void Losses()
        {
            text.Family(Prefix + "alerts_dropped_total", MetricType.Counter, "Alerts that an output lost, by reason.");
            foreach (var output in outputs)
                for (var reason = 0; reason < AlertLossCounts.Reasons; reason++)
                    text.Sample(output.Lost[(AlertLoss)reason], ("output", output.Output), ("reason", AlertLossCounts.NameOf((AlertLoss)reason)));
        }
    }
}
