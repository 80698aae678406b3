using Peregrine.Sensor.Metrics;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void A_family_has_its_help_and_type_before_its_samples()
    {
        var text = new PrometheusText().Family("a_total", MetricType.Counter, "What\nit is.").Sample(1ul, ("x", "1")).Sample(ulong.MaxValue).ToString();
        Assert.Equal("# HELP a_total What\\nit is.\n# TYPE a_total counter\na_total{x=\"1\"} 1\na_total 18446744073709551615\n", text);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("Zürich ✓", "Zürich ✓")]
    public void Label_values_are_escaped(string value, string written) =>
        Assert.Contains($"g{{rule=\"{written}\"}} 0.5\n", new PrometheusText().Family("g", MetricType.Gauge, "h").Sample(0.5, ("rule", value)).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Read sensitive file untrusted", "Read_sensitive_file_untrusted")]
    [InlineData("falco_rules.yaml", "falco_rules_yaml")]
    [InlineData("Drop (and) execute!", "Drop_and_execute")]
    [InlineData("CIS-1.2", "CIS_1_2")]
    public void Names_are_made_of_texts(string text, string name) => Assert.Equal(name, PrometheusText.NamePart(text));

    [Fact]
    public void A_histogram_counts_by_upper_bound()
    {
        var histogram = new LatencyHistogram();
        foreach (var nanoseconds in (long[])[-5, 100_000, 100_001, 3_000_000, 20_000_000_000]) histogram.Add(nanoseconds);
        var text = new PrometheusText().Family("t_seconds", MetricType.Histogram, "h");
        text.Histogram(histogram);
        var lines = text.ToString().Split('\n');
        Assert.Contains("t_seconds_bucket{le=\"0.0001\"} 2", lines);
        Assert.Contains("t_seconds_bucket{le=\"0.00025\"} 3", lines);
        Assert.Contains("t_seconds_bucket{le=\"10\"} 4", lines);
        Assert.Contains("t_seconds_bucket{le=\"+Inf\"} 5", lines);
        Assert.Contains("t_seconds_count 5", lines);
        Assert.Contains(lines, line => line.StartsWith("t_seconds_sum 20.0032", StringComparison.Ordinal));
    }
}
