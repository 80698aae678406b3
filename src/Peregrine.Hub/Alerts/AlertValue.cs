using System.Globalization;

namespace Peregrine.Hub.Alerts;

public enum AlertValueKind : byte
{
    Null,
    Text,
    Number,
    Boolean,

    /// <summary>An array or an object, kept as JSON text.</summary>
    Json,
}

/// <summary>The value of an output field. Numbers keep the digits they came with, so that no precision is lost on the way.</summary>
public readonly record struct AlertValue
{
    private readonly string? _text;

    private AlertValue(AlertValueKind kind, string? text) => (Kind, _text) = (kind, text);

    public AlertValueKind Kind { get; }

    /// <summary>The value as text: a string as it is, a number's digits, <c>true</c> or <c>false</c>, JSON for lists and objects; empty for null.</summary>
    public string Text => _text ?? "";

    public bool IsNull => Kind == AlertValueKind.Null;

    public bool IsText => Kind == AlertValueKind.Text;

    public static AlertValue Null => default;

    public static AlertValue Of(string text) => new(AlertValueKind.Text, text);

    public static AlertValue Of(long number) => new(AlertValueKind.Number, number.ToString(CultureInfo.InvariantCulture));

    public static AlertValue Of(bool value) => new(AlertValueKind.Boolean, value ? "true" : "false");

    /// <param name="digits">A number as JSON spells it.</param>
    public static AlertValue Number(string digits) => new(AlertValueKind.Number, digits);

    /// <param name="json">A valid JSON array or object.</param>
    public static AlertValue Json(string json) => new(AlertValueKind.Json, json);

    public bool TryGetNumber(out double number)
    {
        number = 0;
        return Kind == AlertValueKind.Number && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public bool TryGetInteger(out long number)
    {
        number = 0;
        return Kind == AlertValueKind.Number && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    public override string ToString() => Text;
}
