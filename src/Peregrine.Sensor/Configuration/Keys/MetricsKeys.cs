namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about metrics.</summary>
internal static class MetricsKeys
{
    public static ConfigSection Section { get; } = new(
        "Metrics",
        "What the sensor tells of itself: as an internal alert or a line in a file each interval, and to Prometheus at `/metrics`.",
        [
            new("metrics.enabled", ConfigType.Boolean, "false", "Whether there are metrics at all."),
            new("metrics.interval", ConfigType.Text, "1h", "The time between two snapshots, as Prometheus writes it: `30s`, `15m`, `1h30m`; at least `100ms`."),
            new("metrics.output_rule", ConfigType.Boolean, "true", "Snapshots go to the outputs, as alerts of the rule \"Falco internal: metrics snapshot\"."),
            new("metrics.output_file", ConfigType.Text, "", "Snapshots go to this file, a line of JSON each."),
            new("metrics.rules_counters_enabled", ConfigType.Boolean, "true", "Alerts by rule."),
            new("metrics.rule_costs_enabled", ConfigType.Boolean, "true", "What rules cost, from a sample of the events; only in `/metrics`.") { IsOwn = true },
            new("metrics.resource_utilization_enabled", ConfigType.Boolean, "true", "Processor and memory, of the sensor and the machine."),
            new("metrics.state_counters_enabled", ConfigType.Boolean, "true", "What the state holds and looks up."),
            new("metrics.kernel_event_counters_enabled", ConfigType.Boolean, "true", "Events generated and lost, by reason and class."),
            new("metrics.kernel_event_counters_per_cpu_enabled", ConfigType.Boolean, "false", "The same by CPU."),
            new("metrics.kernel_iter_event_counters_enabled", ConfigType.Boolean, "true", "What was found when the sensor looked at the machine first."),
            new("metrics.libbpf_stats_enabled", ConfigType.Boolean, "true", "What the probe's programs cost, when the kernel counts it (`sysctl kernel.bpf_stats_enabled=1`)."),
            new("metrics.plugins_metrics_enabled", ConfigType.Boolean, "true", "What plugins tell, the built-in one for containers among them."),
            new("metrics.jemalloc_stats_enabled", ConfigType.Boolean, "false", "What the memory allocator tells.") { Inert = "There is no jemalloc here; `peregrine_gc_*` tell of the sensor's memory." },
            new("metrics.convert_memory_to_mb", ConfigType.Boolean, "true", "In snapshots, memory is told in megabytes."),
            new("metrics.include_empty_values", ConfigType.Boolean, "false", "In snapshots, figures that are zero are told too."),
        ]);
}
