using Peregrine.Sensor.Commands;

namespace Peregrine.Sensor.Metrics;

/// <summary>Who we are, where, since when, with which files.</summary>
internal static class GeneralMetrics
{
    private const string Falco = "falcosecurity_falco_";

    public static void Write(PrometheusText text, MetricsSample sample)
    {
        var host = sample.Host;
        text.Family(Falco + "version_info", MetricType.Gauge, "The version of the reference whose behaviour is followed.").Sample(1ul, ("version", Versions.Falco));
        text.Family("peregrine_version_info", MetricType.Gauge, "The sensor's own version.").Sample(1ul, ("version", Versions.Peregrine));
        Digests(text, "sha256_rules_files_info", "The rules files in force.", sample.Generation.RulesDigests);
        Digests(text, "sha256_config_files_info", "The configuration files in force.", sample.Generation.ConfigDigests);
        text.Family("falcosecurity_scap_engine_name_info", MetricType.Gauge, "Where events come from.").Sample(1ul, ("engine_name", host.EngineName), ("evt_source", "syscall"));
        text.Family(Falco + "kernel_release_info", MetricType.Gauge, "The kernel's release.").Sample(1ul, ("kernel_release", host.KernelRelease));
        text.Family("falcosecurity_evt_hostname_info", MetricType.Gauge, "The machine's name as alerts show it.").Sample(1ul, ("hostname", host.Hostname));
        text.Family(Falco + "outputs_queue_num_drops_total", MetricType.Counter, "Alerts that an output dropped because its queue was full.").Sample(sample.QueueDrops);
        text.Family(Falco + "reload_timestamp_nanoseconds", MetricType.Gauge, "When configuration and rules were loaded last, since the epoch.").Sample(sample.Generation.MadeAt);
        text.Family(Falco + "start_timestamp_nanoseconds", MetricType.Gauge, "When the sensor started, since the epoch.").Sample(host.StartTime);
        text.Family(Falco + "duration_seconds_total", MetricType.Counter, "For how long the sensor has run.").Sample(Seconds(sample));
        text.Family(Falco + "host_boot_timestamp_nanoseconds", MetricType.Gauge, "When the machine started, since the epoch.").Sample(host.BootTime);
        text.Family(Falco + "host_num_cpus_total", MetricType.Gauge, "Processors that are online.").Sample((long)host.OnlineCpus);
    }

    public static void Write(SnapshotFields fields, MetricsSample sample, MetricsSample? last)
    {
        var host = sample.Host;
        fields.Whole("evt.time", Epoch(sample.Time));
        fields.Text("evt.hostname", host.Hostname);
        fields.Text("evt.source", "syscall");
        fields.Text("falco.version", Versions.Falco);
        fields.Text("falco.kernel_release", host.KernelRelease);
        fields.Whole("falco.start_ts", host.StartTime);
        fields.Whole("falco.reload_ts", sample.Generation.MadeAt);
        fields.Whole("falco.duration_sec", Seconds(sample));
        fields.Whole("falco.host_boot_ts", host.BootTime);
        fields.Whole("falco.host_num_cpus", (ulong)host.OnlineCpus);
        fields.Whole("falco.outputs_queue_num_drops", sample.QueueDrops);
        foreach (var (file, digest) in sample.Generation.RulesDigests) fields.Text("falco.sha256_rules_file." + PrometheusText.NamePart(file), digest);
        foreach (var (file, digest) in sample.Generation.ConfigDigests) fields.Text("falco.sha256_config_file." + PrometheusText.NamePart(file), digest);
        foreach (var (card, ipv4, ipv6) in host.Addresses)
        {
            if (ipv4.Length > 0) fields.Text($"falco.host_netinfo.interfaces.{card}.protocols.ipv4.addresses", ipv4);
            if (ipv6.Length > 0) fields.Text($"falco.host_netinfo.interfaces.{card}.protocols.ipv6.addresses", ipv6);
        }
        var before = last?.Worker.Events ?? 0;
        fields.Whole("falco.num_evts", sample.Worker.Events);
        fields.Whole("falco.num_evts_prev", before);
        fields.Fraction("falco.evts_rate_sec", Rate(sample.Worker.Events - before, sample, last));
    }

    /// <summary>So much in the time between two samples, or since the start, per second.</summary>
    public static double Rate(ulong count, MetricsSample sample, MetricsSample? last)
    {
        var since = last is null ? Epoch(sample.Time) - sample.Host.StartTime : Epoch(sample.Time) - Epoch(last.Time);
        return since == 0 ? 0 : count / (since / 1e9);
    }

    private static void Digests(PrometheusText text, string name, string help, IReadOnlyList<(string File, string Sha256)> digests)
    {
        if (digests.Count == 0) return;
        text.Family(Falco + name, MetricType.Gauge, help);
        foreach (var (file, digest) in digests) text.Sample(1ul, ("file_name", file), ("sha256", digest));
    }

    private static ulong Seconds(MetricsSample sample) => (Epoch(sample.Time) - sample.Host.StartTime) / 1_000_000_000;

    private static ulong Epoch(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
