using System.Globalization;
using System.Text.Json;

namespace Peregrine.Sensor.Alerts;

/// <summary>A value in an alert of the sensor about itself: a text, a whole number or a fraction.</summary>
public readonly record struct InternalField
{
    private readonly string? _text;
    private readonly double _fraction;
    private readonly ulong _whole;
    private readonly bool _isFraction;

    public InternalField(string key, string text) => (Key, _text) = (key, text);

    public InternalField(string key, ulong whole) => (Key, _whole) = (key, whole);

    public InternalField(string key, double fraction) => (Key, _fraction, _isFraction) = (key, fraction, true);

    public string Key { get; }

    /// <summary><c>key=value</c>, texts in quotes.</summary>
    public override string ToString() =>
        $"{Key}={(_text is not null ? JsonText.Of(_text) : _isFraction ? _fraction.ToString("R", CultureInfo.InvariantCulture) : _whole.ToString(CultureInfo.InvariantCulture))}";

    internal void Write(Utf8JsonWriter json)
    {
        if (_text is not null) json.WriteString(Key, _text);
        else if (_isFraction) json.WriteNumber(Key, _fraction);
        else json.WriteNumber(Key, _whole);
    }
}
