namespace Peregrine.Sensor.Metrics;

/// <summary>The page that Prometheus scrapes: the groups that <c>metrics</c> switches on.</summary>
internal static class MetricsPage
{
    public static string Write(MetricsSample sample)
    {
        var options = sample.Generation.Configuration.Metrics;
        var text = new PrometheusText();
        GeneralMetrics.Write(text, sample);
        if (options.Rules) RuleMetrics.Write(text, sample);
        if (options.Resources) ResourceMetrics.Write(text, sample.Resources);
        if (options.State) StateMetrics.Write(text, sample.Worker);
        if (options.Plugins) StateMetrics.WritePlugins(text, sample.Worker);
        if (options.Kernel && sample.Worker.Kernel is { } kernel)
        {
            KernelMetrics.Write(text, kernel);
            if (options.KernelPerCpu) KernelMetrics.WriteCpus(text, kernel);
            if (options.KernelScan) KernelMetrics.WriteScan(text, sample.Worker.Scan);
        }
        if (options.ProgramCosts) KernelMetrics.WritePrograms(text, sample.Worker.Programs);
        if (options.RuleCosts && sample.Worker.Profile is { } profile) ProfileMetrics.Write(text, profile);
        OwnMetrics.Write(text, sample);
        return text.ToString();
    }
}
