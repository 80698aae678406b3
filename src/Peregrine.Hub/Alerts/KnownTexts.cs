using System.Text;
using System.Text.Json;

namespace Peregrine.Hub.Alerts;

/// <summary>
/// Names that come again and again (fields, rules, tags, hosts) as one string each: what alerts would else hold many times. A table of fixed size whose places the last name takes; threads may share it, since a place that
/// another thread overwrites only costs a string.
/// </summary>
internal static class KnownTexts
{
    private const int Places = 4096;
    private const int Longest = 64;

    private static readonly string?[] Table = new string?[Places];

    /// <summary>The text of the string or name at which the reader stands.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > Longest) return reader.GetString()!;
        var utf8 = reader.ValueSpan;
        ref var place = ref Table[Hash(utf8) % Places];
        if (place is { } known && Ascii.Equals(utf8, known)) return known;
        return place = reader.GetString()!;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261;
        foreach (var one in utf8) hash = (hash ^ one) * 16777619;
        return hash ^ (hash >> 15);
    }
}
