using System.Globalization;
using Peregrine.Kernel;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Metrics;

/// <summary>What the probe generated and lost, by class of event, by CPU, and what its programs cost.</summary>
internal static class KernelMetrics
{
    private const string Scap = "falcosecurity_scap_";

    private static readonly (EventClass Class, string Name)[] Classes =
    [
        (EventClass.CloneFork, "clone_fork"), (EventClass.Execve, "execve"), (EventClass.Connect, "connect"), (EventClass.Open, "open"),
        (EventClass.DirFile, "dir_file"), (EventClass.OtherInterest, "other_interest"), (EventClass.Close, "close"), (EventClass.ProcExit, "proc"),
    ];

    public static void Write(PrometheusText text, KernelStatistics kernel)
    {
        var total = kernel.Total;
        text.Family(Scap + "n_evts_total", MetricType.Counter, "Events that the kernel generated.").Sample(total.Generated);
        text.Family(Scap + "n_drops_buffer_total", MetricType.Counter, "Events lost for want of room in a ring; only ends of calls are recorded, so dir=enter stays 0.");
        foreach (var (of, name) in Classes) text.Sample(0ul, ("dir", "enter"), ("drop", name)).Sample(total.DroppedInBufferOf(of), ("dir", "exit"), ("drop", name));
        text.Family(Scap + "n_drops_scratch_map_total", MetricType.Counter, "Events lost because they were too large.").Sample(total.DroppedBy(DropReason.TooLarge));
        text.Family(Scap + "n_drops_page_faults_total", MetricType.Counter, "Events lost because memory was not there; what cannot be read is left empty here, so none is.").Sample(0ul);
        text.Family(Scap + "n_drops_bug_total", MetricType.Counter, "Events lost for other reasons.").Sample(Others(total));
        text.Family(Scap + "n_drops_max_event_size_total", MetricType.Counter, "Events of the first look at the machine that were too large.").Sample(0ul);
        text.Family(Scap + "n_drops_total", MetricType.Counter, "Events lost.").Sample(total.Dropped);
        text.Family(Scap + "n_preemptions_total", MetricType.Counter, "Events lost because one interrupted the recording of another.").Sample(total.DroppedBy(DropReason.Busy));
        text.Family("peregrine_events_generated_total", MetricType.Counter, "Events that the kernel generated, by class.");
        for (EventClass of = 0; (int)of < EventClasses.Count; of++) text.Sample(total.GeneratedOf(of), ("class", Name(of.ToString())));
        text.Family("peregrine_events_dropped_total", MetricType.Counter, "Events lost, by reason and class.");
        foreach (var reason in Enum.GetValues<DropReason>())
            for (EventClass of = 0; (int)of < EventClasses.Count; of++) text.Sample(total.DroppedBy(reason, of), ("reason", Name(reason.ToString())), ("class", Name(of.ToString())));
    }

    public static void WriteCpus(PrometheusText text, KernelStatistics kernel)
    {
        text.Family(Scap + "n_evts_cpu_total", MetricType.Counter, "Events that the kernel generated, by CPU.");
        foreach (var cpu in kernel.Cpus) text.Sample(cpu.Generated, ("cpu", Number(cpu.Cpu)));
        text.Family(Scap + "n_drops_cpu_total", MetricType.Counter, "Events lost, by CPU.");
        foreach (var cpu in kernel.Cpus) text.Sample(cpu.Dropped, ("cpu", Number(cpu.Cpu)));
    }

    public static void WriteScan(PrometheusText text, ScanCounts scan)
    {
        foreach (var (name, value) in scan.Named)
        {
            text.Family($"{Scap}n_evts_{name}_total", MetricType.Counter, "Found when the sensor looked at the machine first.").Sample(value);
            text.Family($"{Scap}n_drops_{name}_total", MetricType.Counter, "Left out when the sensor looked at the machine first.").Sample(0ul);
        }
    }

    public static void WritePrograms(PrometheusText text, IReadOnlyList<ProgramCost> programs)
    {
        foreach (var program in programs)
        {
            text.Family($"{Scap}{program.Name}_run_cnt_total", MetricType.Counter, "Runs of a program of the probe.").Sample(program.Runs);
            text.Family($"{Scap}{program.Name}_run_time_nanoseconds_total", MetricType.Counter, "How long they took together.").Sample(program.Nanoseconds);
            text.Family($"{Scap}{program.Name}_avg_time_nanoseconds", MetricType.Gauge, "How long one took.").Sample(program.Average);
        }
    }

    /// <summary>The figures that every snapshot has.</summary>
    public static void WriteTotals(SnapshotFields fields, MetricsSample sample, MetricsSample? last)
    {
        fields.Text("scap.engine_name", sample.Host.EngineName);
        if (sample.Worker.Kernel is not { } kernel) return;
        var (events, drops) = (last?.Worker.Kernel?.Generated ?? 0, last?.Worker.Kernel?.Dropped ?? 0);
        fields.Whole("scap.n_evts", kernel.Generated);
        fields.Whole("scap.n_evts_prev", events);
        fields.Fraction("scap.evts_rate_sec", GeneralMetrics.Rate(kernel.Generated - events, sample, last));
        fields.Whole("scap.n_drops", kernel.Dropped);
        fields.Whole("scap.n_drops_prev", drops);
        fields.Fraction("scap.evts_drop_rate_sec", GeneralMetrics.Rate(kernel.Dropped - drops, sample, last));
        // The share since the snapshot before, as the rates are.
        var generated = kernel.Generated - events;
        fields.Fraction("scap.n_drops_perc", generated == 0 ? 0 : 100.0 * (kernel.Dropped - drops) / generated);
    }

    public static void WriteCounters(SnapshotFields fields, KernelStatistics kernel)
    {
        var total = kernel.Total;
        fields.Count("scap.n_drops_buffer_total", total.DroppedInBuffer);
        foreach (var (of, name) in Classes)
        {
            fields.Count($"scap.n_drops_buffer_{name}_enter", 0);
            fields.Count($"scap.n_drops_buffer_{name}_exit", total.DroppedInBufferOf(of));
        }
        fields.Count("scap.n_drops_scratch_map", total.DroppedBy(DropReason.TooLarge));
        fields.Count("scap.n_drops_page_faults", 0);
        fields.Count("scap.n_drops_bug", Others(total));
        fields.Count("scap.n_preemptions", total.DroppedBy(DropReason.Busy));
    }

    public static void WriteCpus(SnapshotFields fields, KernelStatistics kernel)
    {
        foreach (var cpu in kernel.Cpus)
        {
            fields.Count($"scap.n_evts_cpu_{Number(cpu.Cpu)}", cpu.Generated);
            fields.Count($"scap.n_drops_cpu_{Number(cpu.Cpu)}", cpu.Dropped);
        }
    }

    public static void WriteScan(SnapshotFields fields, ScanCounts scan)
    {
        foreach (var (name, value) in scan.Named)
        {
            fields.Count("scap.n_evts_" + name, value);
            fields.Count("scap.n_drops_" + name, 0);
        }
        fields.Count("scap.n_drops_max_event_size", 0);
    }

    public static void WritePrograms(SnapshotFields fields, IReadOnlyList<ProgramCost> programs)
    {
        foreach (var program in programs)
        {
            fields.Count($"scap.{program.Name}.run_cnt", program.Runs);
            fields.Count($"scap.{program.Name}.run_time_ns", program.Nanoseconds);
            fields.Count($"scap.{program.Name}.avg_time_ns", program.Average);
        }
    }

    /// <summary>What is neither for want of room nor of size: the reference counts it as bugs.</summary>
    private static ulong Others(LossCounts counts) => counts.Dropped - counts.DroppedInBuffer - counts.DroppedBy(DropReason.TooLarge);

    /// <summary><c>RingFull</c> → <c>ring_full</c>.</summary>
    private static string Name(string member) => string.Concat(member.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : $"{c}"));

    private static string Number(int cpu) => cpu.ToString(CultureInfo.InvariantCulture);
}
