using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Metrics;

/// <summary>Collects the fields of a metrics snapshot: keys once each, in alphabetical order.</summary>
internal sealed class SnapshotFields(MetricsOptions options)
{
    private const double Mebibyte = 1024 * 1024;

    private readonly SortedDictionary<string, InternalField> _fields = new(StringComparer.Ordinal);

    public IReadOnlyList<InternalField> All => [.. _fields.Values];

    public MetricsOptions Options => options;

    public void Text(string key, string value) => _fields[key] = new InternalField(key, value);

    public void Whole(string key, ulong value) => _fields[key] = new InternalField(key, value);

    /// <summary>A count that is left out while it is zero, unless empty values are asked for.</summary>
    public void Count(string key, ulong value)
    {
        if (value > 0 || options.IncludeEmpty) Whole(key, value);
    }

    /// <summary>A figure with one digit after the point, left out while it is zero, unless empty values are asked for.</summary>
    public void Figure(string key, double value)
    {
        if (value > 0 || options.IncludeEmpty) Fraction(key, value);
    }

    /// <summary>A figure with one digit after the point.</summary>
    public void Fraction(string key, double value) => _fields[key] = new InternalField(key, Math.Round(value, 1));

    /// <summary>Memory under <c>key_mb</c>, or under its plain unit when nothing shall be converted.</summary>
    public void Memory(string key, long bytes, string unit)
    {
        if (options.ConvertMemory) Figure(key + "_mb", bytes / Mebibyte);
        else Count($"{key}_{unit}", (ulong)Math.Max(0, unit == "kb" ? bytes / 1024 : bytes));
    }
}
