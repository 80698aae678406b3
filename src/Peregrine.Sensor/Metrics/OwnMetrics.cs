using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Grpc;
using Peregrine.Sensor.Partitions;
using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Metrics;

/// <summary>What the reference has no names for.</summary>
internal static class OwnMetrics
{
    public static void Write(PrometheusText text, MetricsSample sample)
    {
        OutputMetrics.Write(text, sample.Outputs);
        Reloads(text, sample.Reloads, sample.Generation.Number);
        Budget(text, sample.Budget);
        if (sample.Worker.Workers.Count > 0) Workers(text, sample.Worker.Workers);
        if (sample.Generation.Configuration.Grpc is { ServesAlerts: true }) Grpc(text, sample.Generation.Feed.Counters);
        text.Family("peregrine_events_read_total", MetricType.Counter, "Events that the rules have seen.").Sample(sample.Worker.Events);
        text.Family("peregrine_rules_enabled", MetricType.Gauge, "Rules that run.").Sample((long)sample.Generation.Rules.EnabledCount);
        text.Family("peregrine_alert_latency_seconds", MetricType.Histogram, "From the event to its alert's place in the outputs' queues.").Histogram(sample.Latency);
    }

    private static void Budget(PrometheusText text, BudgetCounters budget)
    {
        text.Family("peregrine_budget_level", MetricType.Gauge, "What is shed to keep within the budget: 0 nothing, 1 state, 2 reads and writes too, 3 files and sockets too.").Sample((long)budget.Level);
        text.Family("peregrine_budget_level_changes_total", MetricType.Counter, "How often that has changed.").Sample(budget.Changes);
        text.Family("peregrine_budget_shedding_seconds_total", MetricType.Counter, "For how long it was shed, by level.");
        for (var level = SheddingLevel.State; level <= SheddingLevel.Files; level++) text.Sample(budget.Seconds(level), ("level", $"{(int)level}"));
    }

    private static void Workers(PrometheusText text, IReadOnlyList<PartitionFigures> workers)
    {
        Family("events_total", MetricType.Counter, "Events that a worker has asked the rules about; 0 is the one that reads.", static w => w.Events);
        Family("alerts_total", MetricType.Counter, "Alerts that a worker has made.", static w => w.Alerts);
        Family("waits_total", MetricType.Counter, "How often reading had to wait because a worker had all batches still before it.", static w => w.Waits);
        Family("waiting_batches", MetricType.Gauge, "Batches of events that a worker has before it.", static w => (ulong)w.Waiting);

        void Family(string name, MetricType type, string help, Func<PartitionFigures, ulong> value)
        {
            text.Family("peregrine_worker_" + name, type, help);
            for (var i = 0; i < workers.Count; i++) text.Sample(value(workers[i]), ("worker", $"{i}"));
        }
    }

    private static void Grpc(PrometheusText text, AlertFeedCounters feed)
    {
        text.Family("peregrine_grpc_alerts_total", MetricType.Counter, "Alerts given to the gRPC server.").Sample(feed.Published);
        text.Family("peregrine_grpc_alerts_expired_total", MetricType.Counter, "Alerts that waited for a client and gave way to newer ones.").Sample(feed.Expired);
        text.Family("peregrine_grpc_alerts_missed_total", MetricType.Counter, "Alerts that a slow subscriber missed, counted for each.").Sample(feed.Missed);
        text.Family("peregrine_grpc_waiting_alerts", MetricType.Gauge, "Alerts that wait for a client.").Sample((long)feed.Waiting);
        text.Family("peregrine_grpc_subscribers", MetricType.Gauge, "Clients that are subscribed.").Sample((long)feed.Subscribers);
    }

    private static void Reloads(PrometheusText text, ReloadCounters reloads, int number)
    {
        text.Family("peregrine_reloads_total", MetricType.Counter, "Reloads of configuration and rules.")
            .Sample(reloads.SucceededCount, ("result", "succeeded"))
            .Sample(reloads.RefusedCount, ("result", "refused"));
        text.Family("peregrine_configuration_generation", MetricType.Gauge, "Which configuration is in force; 1 is the one at the start.").Sample((long)number);
    }
}
