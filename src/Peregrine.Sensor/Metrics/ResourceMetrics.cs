namespace Peregrine.Sensor.Metrics;

/// <summary>Processors, memory and files: ours and the machine's.</summary>
internal static class ResourceMetrics
{
    private const string Falco = "falcosecurity_falco_";

    public static void Write(PrometheusText text, ResourceFigures use)
    {
        text.Family(Falco + "cpu_usage_ratio", MetricType.Gauge, "Processors that the sensor used since it started; 1 is one of them.").Sample(use.CpuPercent / 100);
        text.Family(Falco + "memory_rss_bytes", MetricType.Gauge, "Resident memory of the sensor.").Sample(use.Resident);
        text.Family(Falco + "memory_vsz_bytes", MetricType.Gauge, "Virtual memory of the sensor.").Sample(use.Virtual);
        text.Family(Falco + "memory_pss_bytes", MetricType.Gauge, "Resident memory of the sensor, shared pages by their share.").Sample(use.Proportional);
        text.Family(Falco + "container_memory_used_bytes", MetricType.Gauge, "Memory of the control group that the sensor is in.").Sample(use.Container);
        text.Family(Falco + "host_cpu_usage_ratio", MetricType.Gauge, "The share of all processors that was used since the machine started.").Sample(use.HostCpuPercent / 100);
        text.Family(Falco + "host_memory_used_bytes", MetricType.Gauge, "Memory used on the machine.").Sample(use.HostMemory);
        text.Family(Falco + "host_procs_running_total", MetricType.Gauge, "Processes that run on the machine.").Sample(use.HostProcessesRunning);
        text.Family(Falco + "host_open_fds_total", MetricType.Gauge, "Open files on the machine.").Sample(use.HostOpenFiles);
        text.Family("peregrine_gc_heap_bytes", MetricType.Gauge, "Memory of the managed heap.").Sample(GC.GetTotalMemory(forceFullCollection: false));
        text.Family("peregrine_gc_collections_total", MetricType.Counter, "Garbage collections by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++) text.Sample((long)GC.CollectionCount(generation), ("generation", $"{generation}"));
        text.Family("peregrine_gc_pause_seconds_total", MetricType.Counter, "For how long collections have stopped the sensor.").Sample(GC.GetTotalPauseDuration().TotalSeconds);
    }

    public static void Write(SnapshotFields fields, ResourceFigures use)
    {
        fields.Figure("falco.cpu_usage_perc", use.CpuPercent);
        fields.Memory("falco.memory_rss", use.Resident, "kb");
        fields.Memory("falco.memory_vsz", use.Virtual, "kb");
        fields.Memory("falco.memory_pss", use.Proportional, "kb");
        fields.Memory("falco.container_memory_used", use.Container, "bytes");
        fields.Figure("falco.host_cpu_usage_perc", use.HostCpuPercent);
        fields.Memory("falco.host_memory_used", use.HostMemory, "kb");
        fields.Count("falco.host_procs_running", (ulong)use.HostProcessesRunning);
        fields.Count("falco.host_open_fds", (ulong)use.HostOpenFiles);
    }
}
