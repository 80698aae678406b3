using System.Globalization;
using System.Text;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>ArcSight's Common Event Format, version 0, with what it wants escaped: pipes and backslashes in the header, equals signs, backslashes and line breaks in values.</summary>
internal static class CommonEventFormat
{
    public static string Of(Alert alert)
    {
        var text = new StringBuilder("CEF:0|Falcosecurity|Falco|1.0|Falco Event|").Append(Header(alert.Rule)).Append('|').Append(Severity(alert.Priority)).Append('|');
        Add(text, "uuid", alert.Id.ToString());
        Add(text, "start", (alert.UnixNanoseconds / 1_000_000).ToString(CultureInfo.InvariantCulture));
        Add(text, "msg", alert.Output);
        Add(text, "source", alert.Source);
        Add(text, "hostname", alert.Hostname);
        foreach (var field in alert.Fields.Where(f => !f.Value.IsNull)) Add(text, Key(field.Name), field.Value.Text);
        Add(text, "tags", string.Join(',', alert.Tags));
        return text.ToString().TrimEnd();
    }

    private static void Add(StringBuilder text, string key, string value)
    {
        if (value.Length > 0) text.Append(key).Append('=').Append(Value(value)).Append(' ');
    }

    // Keys are letters and digits alone.
    private static string Key(string name)
    {
        var key = string.Concat(name.Where(char.IsAsciiLetterOrDigit));
        return key.Length == 0 ? "field" : key;
    }

    private static string Header(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ').Replace('\r', ' ');

    private static string Value(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static int Severity(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency => 10,
        AlertPriority.Alert => 9,
        AlertPriority.Critical => 8,
        AlertPriority.Error => 7,
        AlertPriority.Warning => 6,
        AlertPriority.Notice => 4,
        AlertPriority.Informational => 3,
        _ => 0,
    };
}
