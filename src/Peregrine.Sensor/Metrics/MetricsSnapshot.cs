using Peregrine.Sensor.Alerts;

namespace Peregrine.Sensor.Metrics;

/// <summary>The fields of the internal alert about metrics.</summary>
internal static class MetricsSnapshot
{
    public const string RuleName = "Falco internal: metrics snapshot";
    public const string Message = "Falco metrics snapshot";

    /// <param name="sample">Now.</param>
    /// <param name="last">The snapshot before; null for the first.</param>
    public static IReadOnlyList<InternalField> Fields(MetricsSample sample, MetricsSample? last)
    {
        var options = sample.Generation.Configuration.Metrics;
        var fields = new SnapshotFields(options);
        GeneralMetrics.Write(fields, sample, last);
        KernelMetrics.WriteTotals(fields, sample, last);
        if (options.Rules) RuleMetrics.Write(fields, sample);
        if (options.Resources) ResourceMetrics.Write(fields, sample.Resources);
        if (options.State) StateMetrics.Write(fields, sample.Worker);
        if (options.Plugins) StateMetrics.WritePlugins(fields, sample.Worker);
        if (options.Kernel && sample.Worker.Kernel is { } kernel)
        {
            KernelMetrics.WriteCounters(fields, kernel);
            if (options.KernelPerCpu) KernelMetrics.WriteCpus(fields, kernel);
            if (options.KernelScan) KernelMetrics.WriteScan(fields, sample.Worker.Scan);
        }
        if (options.ProgramCosts) KernelMetrics.WritePrograms(fields, sample.Worker.Programs);
        return fields.All;
    }
}
