using System.Text.RegularExpressions;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Ingest;

/// <summary>Writes an alert's output line anew: <c>&lt;timestamp&gt;: &lt;priority&gt; &lt;output&gt; &lt;custom_fields&gt; &lt;templated_fields&gt; &lt;tags&gt;</c> in any order. Lines that do not begin with a time and a level stay as they are.</summary>
internal sealed partial class OutputFormat(string format)
{
    public string Apply(Alert alert, IEnumerable<string> customFields, IEnumerable<string> templatedFields)
    {
        var match = Line().Match(alert.Output);
        if (!match.Success) return alert.Output;
        var line = Token().Replace(format, token => token.Value switch
        {
            "<timestamp>" => match.Groups["time"].Value,
            "<priority>" => match.Groups["priority"].Value,
            "<output>" => match.Groups["text"].Value,
            "<custom_fields>" => Fields(alert, customFields),
            "<templated_fields>" => Fields(alert, templatedFields),
            _ => string.Join(", ", alert.Tags),
        });
        return EmptyEnd().Replace(line, "").TrimEnd();
    }

    private static string Fields(Alert alert, IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal).Select(n => $"{n}={alert.FieldText(n)}"));

    [GeneratedRegex(@"^(?<time>\S+): (?<priority>Emergency|Alert|Critical|Error|Warning|Notice|Informational|Debug) (?<text>.*)$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex("<timestamp>|<priority>|<output>|<custom_fields>|<templated_fields>|<tags>", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"(\s*\(\s*\))+\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex EmptyEnd();
}
