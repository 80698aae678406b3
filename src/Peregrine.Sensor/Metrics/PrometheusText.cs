using System.Globalization;
using System.Text;

namespace Peregrine.Sensor.Metrics;

/// <summary>The kinds of metrics.</summary>
internal enum MetricType
{
    Gauge,
    Counter,
    Histogram,
}

/// <summary>Writes the Prometheus text format, version 0.0.4: each family with its help and type, then its samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(16 * 1024);
    private string _family = "";

    /// <summary>Begins a family; the samples that follow belong to it.</summary>
    public PrometheusText Family(string name, MetricType type, string help)
    {
        _family = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type switch { MetricType.Gauge => "gauge", MetricType.Counter => "counter", _ => "histogram" }).Append('\n');
        return this;
    }

    public PrometheusText Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Line(_family, Number(value), labels);

    /// <summary>Whole numbers keep all their digits.</summary>
    public PrometheusText Sample(ulong value, params ReadOnlySpan<(string Name, string Value)> labels) => Line(_family, value.ToString(CultureInfo.InvariantCulture), labels);

    public PrometheusText Sample(long value, params ReadOnlySpan<(string Name, string Value)> labels) => Line(_family, value.ToString(CultureInfo.InvariantCulture), labels);

    public void Histogram(LatencyHistogram histogram)
    {
        long count = 0;
        foreach (var (bound, upTo) in histogram.Cumulative())
        {
            Line(_family + "_bucket", upTo.ToString(CultureInfo.InvariantCulture), [("le", double.IsInfinity(bound) ? "+Inf" : Number(bound))]);
            count = upTo;
        }
        Line(_family + "_sum", Number(histogram.Sum), []);
        Line(_family + "_count", count.ToString(CultureInfo.InvariantCulture), []);
    }

    public override string ToString() => _text.ToString();

    /// <summary>A text as part of a metric's or label's name: every run of other characters becomes one underscore, none is left at the end.</summary>
    public static string NamePart(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var plain = char.IsAsciiLetterOrDigit(c) ? c : '_';
            if (plain != '_' || name.Length == 0 || name[^1] != '_') name.Append(plain);
        }
        return name.ToString().TrimEnd('_');
    }

    private PrometheusText Line(string name, string value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        if (!labels.IsEmpty)
        {
            var separator = '{';
            foreach (var (label, text) in labels)
            {
                _text.Append(separator).Append(label).Append("=\"");
                Escape(text);
                _text.Append('"');
                separator = ',';
            }
            _text.Append('}');
        }
        _text.Append(' ').Append(value).Append('\n');
        return this;
    }

    private void Escape(string text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\':
                    _text.Append(@"\\");
                    break;
                case '"':
                    _text.Append("\\\"");
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }
    }

    private static string Number(double value) => double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "+Inf" : "-Inf") : value.ToString("R", CultureInfo.InvariantCulture);
}
