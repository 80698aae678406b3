using System.Globalization;
using System.Text;

namespace Peregrine.Hub.Metrics;

/// <summary>Writes Prometheus' text format.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public PrometheusText Family(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    public PrometheusText Sample(string name, string labels, double value)
    {
        _text.Append(name).Append(labels).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>A name that Prometheus takes: what is no letter, digit or underscore becomes an underscore.</summary>
    public static string LabelName(string field)
    {
        var name = string.Concat(field.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }

    public override string ToString() => _text.ToString();
}

/// <summary>Labels in braces, their values escaped.</summary>
internal sealed class PrometheusLabels
{
    private readonly StringBuilder _text = new();

    public PrometheusLabels Add(string name, string value)
    {
        _text.Append(_text.Length == 0 ? '{' : ',').Append(name).Append("=\"").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        return this;
    }

    public override string ToString() => _text.Length == 0 ? "" : _text + "}";
}
