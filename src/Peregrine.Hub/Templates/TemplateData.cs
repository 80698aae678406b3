using System.Text.Json;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Templates;

/// <summary>Alerts as the values that templates work with: null, string, bool, <see cref="TemplateNumber"/>, lists and maps by name.</summary>
internal static class TemplateData
{
    public static Dictionary<string, object?> OfAlert(Alert alert) => new(StringComparer.Ordinal)
    {
        ["UUID"] = alert.Id.ToString(),
        ["Output"] = alert.Output,
        ["Priority"] = alert.Priority.Name(),
        ["Rule"] = alert.Rule,
        ["Time"] = alert.TimeText(),
        ["Source"] = alert.Source,
        ["Hostname"] = alert.Hostname,
        ["Tags"] = alert.Tags.Cast<object?>().ToList(),
        ["OutputFields"] = OfFields(alert),
    };

    public static Dictionary<string, object?> OfFields(Alert alert) => alert.Fields.ToDictionary(f => f.Name, f => OfValue(f.Value), StringComparer.Ordinal);

    private static object? OfValue(AlertValue value)
    {
        switch (value.Kind)
        {
            case AlertValueKind.Null: return null;
            case AlertValueKind.Boolean: return value.Text == "true";
            case AlertValueKind.Number: return new TemplateNumber(value.Text);
            case AlertValueKind.Json:
                using (var document = JsonDocument.Parse(value.Text)) return OfElement(document.RootElement);
            default: return value.Text;
        }
    }

    private static object? OfElement(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => new TemplateNumber(element.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => element.EnumerateArray().Select(OfElement).ToList(),
        JsonValueKind.Object => element.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => OfElement(g.Last().Value), StringComparer.Ordinal),
        _ => null,
    };
}

/// <summary>A number with the digits it came with.</summary>
/// <param name="Text">As it is printed.</param>
internal sealed record TemplateNumber(string Text)
{
    public double Value { get; } = double.TryParse(Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    public static TemplateNumber Of(long number) => new(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public bool IsInteger => Text.AsSpan().IndexOfAny(".eE") < 0;

    public override string ToString() => Text;
}
