using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Routing;

/// <summary>A side of a check as the texts that an alert gives for it: none where it has no value, several for lists.</summary>
internal static class AlertOperand
{
    public static Func<Alert, IReadOnlyList<string>> Compile(Expression expression)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                IReadOnlyList<string> text = [literal.Text];
                return _ => text;
            case FieldExpression field:
                return Field(field);
            case TransformerExpression { Name: "tolower" or "toupper" or "b64" or "basename" or "len" or "val" } call when call.Arguments.Count == 1:
                var argument = Compile(call.Arguments[0]);
                return call.Name == "len" ? alert => Length(argument(alert)) : alert => [.. argument(alert).Select(value => Transform(call.Name, value)).OfType<string>()];
            case TransformerExpression call:
                throw new ConditionSyntaxException($"'{call.Name}' is not available for alerts: tolower, toupper, b64, basename, len and val are", call.Position);
            default:
                throw new ConditionSyntaxException("this cannot be compared", expression.Position);
        }
    }

    private static Func<Alert, IReadOnlyList<string>> Field(FieldExpression field)
    {
        var name = field.Argument is null ? field.Name : $"{field.Name}[{field.Argument}]";
        switch (field.Name)
        {
            case "alert.rule": return alert => [alert.Rule];
            // In lower case, so that it reads like the configuration's other levels.
            case "alert.priority": return alert => [alert.Priority.LowerName()];
            case "alert.level": return alert => [alert.Priority.SyslogLevel().ToString(CultureInfo.InvariantCulture)];
            case "alert.source": return alert => One(alert.Source);
            case "alert.hostname": return alert => One(alert.Hostname);
            case "alert.output": return alert => One(alert.Output);
            case "alert.tags": return alert => alert.Tags;
        }
        if (field.Name.StartsWith("alert.", StringComparison.Ordinal))
            throw new ConditionSyntaxException($"alerts have no '{field.Name}': alert.rule, .priority, .level, .source, .hostname, .output and .tags are there", field.Position);
        return alert => alert.Find(name) is { IsNull: false } value ? Texts(value) : [];
    }

    private static IReadOnlyList<string> One(string text) => text.Length == 0 ? [] : [text];

    private static IReadOnlyList<string> Texts(AlertValue value)
    {
        if (value.Kind != AlertValueKind.Json || !value.Text.StartsWith('[')) return [value.Text];
        using var document = JsonDocument.Parse(value.Text);
        return [.. document.RootElement.EnumerateArray().Select(e => e.ToString())];
    }

    private static IReadOnlyList<string> Length(IReadOnlyList<string> values) => values.Count switch
    {
        0 => [],
        1 => [Encoding.UTF8.GetByteCount(values[0]).ToString(CultureInfo.InvariantCulture)],
        var count => [count.ToString(CultureInfo.InvariantCulture)],
    };

    private static string? Transform(string name, string value) => name switch
    {
        "tolower" => value.ToLowerInvariant(),
        "toupper" => value.ToUpperInvariant(),
        "basename" => value[(value.LastIndexOf('/') + 1)..],
        "b64" => Decode(value),
        _ => value,
    };

    private static string? Decode(string value)
    {
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
