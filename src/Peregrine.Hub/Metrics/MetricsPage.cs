using Peregrine.Hub.Delivery;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Store;
using Peregrine.Hub.Subscriptions;

namespace Peregrine.Hub.Metrics;

/// <summary><c>/metrics</c>: the reference's counters under their names, and what it does not tell: queues, ages, retries, dead letters.</summary>
internal static class MetricsPage
{
    private const string Reference = "falcosecurity_falcosidekick_";
    private const string Own = "peregrine_hub_";

    public static string Write(AlertHub hub, HubCounters counters, AlertPipeline pipeline, SensorList sensors, TimeProvider clock)
    {
        var text = new PrometheusText();
        Totals(text, hub.Totals, HubTotals.InputsName, "Alerts that came in, by what became of them.");
        Alerts(text, counters);
        Totals(text, hub.Totals, HubTotals.OutputsName, "Alerts that were brought to destinations, each counted once when it is done.");
        Destinations(text, hub, clock);
        OpenAlerts(text, hub.Open.Totals, clock);
        Sensors(text, sensors);
        text.Family(Own + "journal_bytes", "gauge", "Bytes of the journal on disk.").Sample(Own + "journal_bytes", "", hub.Journal.Bytes);
        text.Family(Own + "journal_waiting_bytes", "gauge", "Bytes that wait to be written to the journal.").Sample(Own + "journal_waiting_bytes", "", hub.Journal.WaitingBytes);
        text.Family(Own + "routing_lag_alerts", "gauge", "Alerts in the journal that are not routed yet.").Sample(Own + "routing_lag_alerts", "", hub.Router.Lag);
        text.Family(Own + "store_lag_alerts", "gauge", "Alerts in the journal that are not in the store yet.").Sample(Own + "store_lag_alerts", "", hub.StoreLag);
        Store(text, hub.Filler.Health);
        text.Family(Own + "silenced_alerts_total", "counter", "Alerts that a silence kept from all destinations.").Sample(Own + "silenced_alerts_total", "", hub.Router.Plan.Silenced);
        text.Family(Own + "failed_templates_total", "counter", "Templated fields that were left out because their template could not be rendered.").Sample(Own + "failed_templates_total", "", pipeline.FailedTemplates);
        text.Family(Own + "memory_bytes", "gauge", "Resident memory of the hub.").Sample(Own + "memory_bytes", "", Environment.WorkingSet);
        return text.ToString();
    }

    private static void Store(PrometheusText text, StoreHealth health)
    {
        text.Family(Own + "store_up", "gauge", "1 while alerts can be stored.").Sample(Own + "store_up", "", health.Status == "ok" ? 1 : 0);
        text.Family(Own + "store_failures_total", "counter", "Tries to store that failed; alerts wait in the journal.").Sample(Own + "store_failures_total", "", health.Failures);
        text.Family(Own + "store_given_up_alerts_total", "counter", "Alerts that were not stored because too many waited for the store.").Sample(Own + "store_given_up_alerts_total", "", health.GivenUp);
    }

    private static void Alerts(PrometheusText text, HubCounters counters)
    {
        const string Name = Reference + "falco_events_total";
        text.Family(Name, "counter", "Alerts by what they say.");
        foreach (var (labels, count) in counters.RouterSeries) text.Sample(Name, labels, count);
        text.Family("falco_events", "counter", "Alerts under the name and with the labels of the reference's exporter.");
        foreach (var (labels, count) in counters.ExporterSeries) text.Sample("falco_events", labels, count);
    }

    private static void Totals(PrometheusText text, HubTotals totals, string which, string help)
    {
        var name = $"{Reference}{which}_total";
        text.Family(name, "counter", help);
        foreach (var total in totals.Read().Where(t => t.Name == which)) text.Sample(name, Labels(total.About.Name, total.About.Value, "status", total.Status), total.Value);
    }

    private static void Sensors(PrometheusText text, SensorList sensors)
    {
        text.Family(Own + "sensor_connected", "gauge", "1 while the hub fetches the alerts of this sensor by gRPC.");
        foreach (var sensor in sensors.All) text.Sample(Own + "sensor_connected", Labels("address", sensor.Address.ToString()), sensor.IsConnected ? 1 : 0);
        text.Family(Own + "sensor_alerts_total", "counter", "Alerts that were fetched from this sensor by gRPC and kept.");
        foreach (var sensor in sensors.All) text.Sample(Own + "sensor_alerts_total", Labels("address", sensor.Address.ToString()), sensor.Alerts);
    }

    private static void Destinations(PrometheusText text, AlertHub hub, TimeProvider clock)
    {
        Each("destination_queue_alerts", "gauge", "Alerts that wait for the destination.", w => w.Queue.Count);
        Each("destination_queue_bytes", "gauge", "Bytes of the alerts that wait for the destination.", w => w.Queue.Bytes);
        Each("destination_lag_seconds", "gauge", "How long the oldest alert that waits has waited.", w => Lag(w, clock));
        Each("destination_broken", "gauge", "1 while tries are paused because the last ones failed.", w => w.IsBroken ? 1 : 0);
        Each("destination_retries_total", "counter", "Alerts that were tried again.", w => w.Counters.Retries);
        Each("destination_dead_letters", "gauge", "Alerts that could not be delivered and are kept for a replay.", w => w.DeadLetters.Count);
        Each("destination_dead_letters_forgotten_total", "counter", "Dead letters that were removed because there were too many bytes of them.", w => w.DeadLetters.Forgotten);
        const string Name = Own + "destination_alerts_total";
        text.Family(Name, "counter", "Alerts that are done, by how they ended.");
        foreach (var worker in hub.Workers)
        {
            foreach (var (result, count) in Results(worker.Counters)) text.Sample(Name, Labels("name", worker.Instance.Name, "kind", worker.Instance.Kind.Name, "result", result), count);
        }

        void Each(string name, string type, string help, Func<DestinationWorker, double> value)
        {
            text.Family(Own + name, type, help);
            foreach (var worker in hub.Workers) text.Sample(Own + name, Labels("name", worker.Instance.Name, "kind", worker.Instance.Kind.Name), value(worker));
        }
    }

    private static void OpenAlerts(PrometheusText text, IReadOnlyList<OpenAlertTotals> routes, TimeProvider clock)
    {
        Each("open_alerts", "gauge", "Alerts that wait to be acknowledged.", r => r.Open);
        Each("open_alerts_oldest_seconds", "gauge", "How long the oldest of them has waited.", r => r.OpenSince is { } since ? Math.Max(0, (clock.GetUtcNow() - since).TotalSeconds) : 0);
        Each("acknowledged_alerts_total", "counter", "Alerts that somebody acknowledged.", r => r.Acknowledged);
        Each("escalations_total", "counter", "Escalations of alerts that were not acknowledged in their time.", r => r.Escalated);
        Each("unacknowledged_alerts_total", "counter", "Alerts that were given up because nobody ever acknowledged them.", r => r.GivenUp);

        void Each(string name, string type, string help, Func<OpenAlertTotals, double> value)
        {
            text.Family(Own + name, type, help);
            foreach (var route in routes) text.Sample(Own + name, Labels("route", route.Route), value(route));
        }
    }

    private static (string Result, long Count)[] Results(DeliveryCounters counters) =>
        [("delivered", counters.Delivered), ("rejected", counters.Rejected), ("expired", counters.Expired), ("overflowed", counters.Overflowed), ("fallback", counters.FallenBack), ("lost", counters.Lost)];

    internal static double Lag(DestinationWorker worker, TimeProvider clock) =>
        worker.Queue.Read(worker.Queue.Confirmed) is { } oldest ? Math.Max(0, (clock.GetUtcNow().ToUnixTimeMilliseconds() - oldest.QueuedAt) / 1000.0) : 0;

    private static string Labels(params ReadOnlySpan<string> pairs)
    {
        var labels = new PrometheusLabels();
        for (var i = 0; i < pairs.Length; i += 2) labels.Add(pairs[i], pairs[i + 1]);
        return labels.ToString();
    }
}
