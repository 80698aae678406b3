using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>A field that an output format names, as alerts list it under <c>output_fields</c>.</summary>
public sealed class OutputField
{
    internal OutputField(string key, ValueSource source, int order)
    {
        Key = key;
        Order = order;
        Utf8Key = System.Text.Encoding.UTF8.GetBytes(key);
        Source = source;
        // Times are text in the output and a number of nanoseconds in JSON.
        IsTime = source is FieldSource { Reference.Field.Name: var name }
            && (name is "evt.time" or "evt.time.s" or "evt.time.iso8601" || name.StartsWith("evt.datetime", StringComparison.Ordinal));
    }

    /// <summary>The canonical text: <c>proc.aname[2]</c>, <c>toupper(proc.name)</c>.</summary>
    public string Key { get; }

    public byte[] Utf8Key { get; }

    /// <summary>The type of the value.</summary>
    public ParamType Type => Source.Type;

    /// <summary>Whether it is a transformer's result rather than a plain field.</summary>
    public bool IsTransformed => Source is not FieldSource;

    /// <summary>The place among the format's fields, from left to right.</summary>
    internal int Order { get; }

    internal bool IsTime { get; }

    internal ValueSource Source { get; }

    internal PrintFormat Format => (Source as FieldSource)?.Reference.Field.Format ?? PrintFormat.Dec;
}
