using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>Values and attributes, which all signals have alike.</summary>
internal static class OtlpAttributes
{
    public static OtlpMessage Of(string text) => new OtlpMessage().Text(1, "stringValue", text);

    public static OtlpMessage Attribute(string name, string text) => Attribute(name, Of(text));

    public static OtlpMessage Attribute(string name, IEnumerable<string> texts) =>
        Attribute(name, new OtlpMessage().Message(5, "arrayValue", new OtlpMessage().Messages(1, "values", texts.Select(Of))));

    /// <summary>A field with its own type; lists and objects as their JSON.</summary>
    public static OtlpMessage Attribute(AlertField field)
    {
        var value = field.Value;
        var message = new OtlpMessage();
        if (value.TryGetInteger(out var integer)) message.Integer(3, "intValue", integer);
        else if (value.TryGetNumber(out var number) && double.IsFinite(number)) message.Double(4, "doubleValue", number);
        else if (value.Kind == AlertValueKind.Boolean) message.Flag(2, "boolValue", value.Text == "true");
        else message.Text(1, "stringValue", value.Text);
        return Attribute(field.Name, message);
    }

    /// <summary>What an event says beside its time and its line: its own properties, then its fields. What is empty or null has nothing to show and is left out; so is a field that has the name of a property, since names must be unique.</summary>
    public static IEnumerable<OtlpMessage> Of(Alert alert)
    {
        (string Name, string Text)[] properties =
        [
            ("uuid", alert.Id.ToString()),
            ("priority", alert.Priority.Name()),
            ("rule", alert.Rule),
            ("source", alert.Source),
            ("hostname", alert.Hostname),
        ];
        foreach (var (name, text) in properties)
            if (text.Length > 0) yield return Attribute(name, text);
        if (alert.Tags.Count > 0) yield return Attribute("tags", alert.Tags);
        foreach (var field in alert.Fields)
            if (!field.Value.IsNull && field.Name != "tags" && !properties.Any(p => p.Name == field.Name)) yield return Attribute(field);
    }

    private static OtlpMessage Attribute(string name, OtlpMessage value) => new OtlpMessage().Text(1, "key", name).Message(2, "value", value);
}
