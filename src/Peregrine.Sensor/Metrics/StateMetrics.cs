using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Metrics;

/// <summary>What the state holds, and how often it had to look things up.</summary>
internal static class StateMetrics
{
    public static void Write(PrometheusText text, WorkerFigures worker)
    {
        foreach (var (name, isGauge, help, value) in Figures(worker))
            text.Family($"falcosecurity_scap_{name}_total", isGauge ? MetricType.Gauge : MetricType.Counter, help).Sample(value);
        text.Family("peregrine_state_entries", MetricType.Gauge, "Entries in the tables of the state.")
            .Sample((long)worker.Threads, ("table", "threads"))
            .Sample(worker.Descriptors, ("table", "descriptors"))
            .Sample((long)worker.Containers, ("table", "containers"));
        text.Family("peregrine_state_bytes", MetricType.Gauge, "Memory of the state, about.").Sample(worker.ThreadBytes, ("table", "threads")).Sample(worker.DescriptorBytes, ("table", "descriptors"));
    }

    public static void WritePlugins(PrometheusText text, WorkerFigures worker)
    {
        text.Family("falcosecurity_plugins_container_n_containers_total", MetricType.Counter, "Containers that have been seen.").Sample((long)worker.Containers);
        text.Family("falcosecurity_plugins_container_n_missing_container_images_total", MetricType.Counter, "Of these, how many have no known image.").Sample((long)worker.ContainersWithoutImage);
    }

    public static void Write(SnapshotFields fields, WorkerFigures worker)
    {
        foreach (var (name, _, _, value) in Figures(worker)) fields.Count("falco." + name, value);
    }

    public static void WritePlugins(SnapshotFields fields, WorkerFigures worker)
    {
        fields.Count("plugins.container.n_containers", (ulong)worker.Containers);
        fields.Count("plugins.container.n_missing_container_images", (ulong)worker.ContainersWithoutImage);
    }

    /// <summary>Under the names that dashboards know. Nothing is stored between the beginning and the end of a call, since only ends are recorded; so those counts stay 0.</summary>
    private static (string Name, bool IsGauge, string Help, ulong Value)[] Figures(WorkerFigures worker)
    {
        var state = worker.State;
        return
        [
            ("n_threads", true, "Threads in the table.", (ulong)worker.Threads),
            ("n_fds", true, "Descriptors in the tables of all processes.", (ulong)worker.Descriptors),
            ("n_noncached_fd_lookups", false, "Looks into a table of descriptors.", state.FdLookups),
            ("n_cached_fd_lookups", false, "Looks that needed no table; there is no such short way here.", 0),
            ("n_failed_fd_lookups", false, "Descriptors that events used and that were not known.", state.FdsUnknown),
            ("n_added_fds", false, "Descriptors that came to be known.", state.FdsAdded),
            ("n_removed_fds", false, "Descriptors that were closed.", state.FdsRemoved),
            ("n_stored_evts", false, "Events kept for the end of their call.", 0),
            ("n_store_evts_drops", false, "Events that could not be kept.", 0),
            ("n_retrieved_evts", false, "Events found again at the end of their call.", 0),
            ("n_retrieve_evts_drops", false, "Events not found again.", 0),
            ("n_noncached_thread_lookups", false, "Looks into the table of threads.", state.ThreadLookups),
            ("n_cached_thread_lookups", false, "Looks that needed no table; there is no such short way here.", 0),
            ("n_failed_thread_lookups", false, "Threads that events named and that were not known.", state.ThreadsUnknown),
            ("n_added_threads", false, "Threads that came to be known.", state.ThreadsAdded),
            ("n_removed_threads", false, "Threads that ended.", state.ThreadsRemoved),
            ("n_drops_full_threadtable", false, "Threads that found the table full.", worker.ThreadsRefused),
        ];
    }
}
