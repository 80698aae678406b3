using System.Globalization;

namespace Peregrine.Sensor.Configuration;

/// <summary>The keys of <c>metrics</c>: whether, how often and where to, and which groups.</summary>
/// <remarks><c>OutputFile</c>: Empty for none. <c>ConvertMemory</c>: To megabytes. <c>IncludeEmpty</c>: Counts that are zero too.</remarks>
public sealed record MetricsOptions(
    bool Enabled,
    TimeSpan Interval,
    bool OutputRule,
    string OutputFile,
    bool Rules,
    bool Resources,
    bool State,
    bool Kernel,
    bool KernelPerCpu,
    bool KernelScan,
    bool ProgramCosts,
    bool Plugins,
    bool ConvertMemory,
    bool IncludeEmpty,
    bool RuleCosts);

/// <summary>Reads <c>metrics</c>.</summary>
internal static class MetricsOptionsReader
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000), ("y", 31_536_000_000)];

    public static MetricsOptions Read(ConfigReader reader) => new(
        reader.Flag("metrics.enabled"),
        Interval(reader),
        reader.Flag("metrics.output_rule"),
        reader.Text("metrics.output_file"),
        reader.Flag("metrics.rules_counters_enabled"),
        reader.Flag("metrics.resource_utilization_enabled"),
        reader.Flag("metrics.state_counters_enabled"),
        reader.Flag("metrics.kernel_event_counters_enabled"),
        reader.Flag("metrics.kernel_event_counters_per_cpu_enabled"),
        reader.Flag("metrics.kernel_iter_event_counters_enabled"),
        reader.Flag("metrics.libbpf_stats_enabled"),
        reader.Flag("metrics.plugins_metrics_enabled"),
        reader.Flag("metrics.convert_memory_to_mb"),
        reader.Flag("metrics.include_empty_values"),
        reader.Flag("metrics.rule_costs_enabled"));

    /// <summary>A duration as Prometheus writes it: numbers with units, the largest first, such as <c>1h30m</c>. Null when it is none.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        double sum = 0;
        var unit = Units.Length;
        for (var at = 0; at < text.Length;)
        {
            var digits = text.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !double.TryParse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            at += digits;
            var end = text.AsSpan(at).IndexOfAnyInRange('0', '9');
            var name = end < 0 ? text[at..] : text[at..(at + end)];
            var found = Array.FindIndex(Units, u => u.Unit == name);
            if (found < 0 || found >= unit) return null;
            sum += number * Units[found].Milliseconds;
            (unit, at) = (found, at + name.Length);
        }
        return text.Length == 0 || sum > TimeSpan.MaxValue.TotalMilliseconds ? null : TimeSpan.FromMilliseconds(sum);
    }

    private static TimeSpan Interval(ConfigReader reader)
    {
        var text = reader.Text("metrics.interval");
        // A plain number is milliseconds in files of old.
        var interval = ParseDuration(text) ?? (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue ? TimeSpan.FromMilliseconds(number) : null);
        if (interval is not { } time) throw reader.Invalid("metrics.interval", $"'{text}' is no interval; write it as 30s, 15m, 1h or 1h30m");
        if (time < Shortest) throw reader.Invalid("metrics.interval", $"the metrics interval {text} is shorter than {Shortest.TotalMilliseconds:0}ms");
        return time;
    }
}
