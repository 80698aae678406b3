using System.Text;

namespace Peregrine.Containers;

/// <summary>Texts of answers, as entries keep them.</summary>
internal static class Utf8
{
    public static byte[] Of(string? text) => string.IsNullOrEmpty(text) ? [] : Encoding.UTF8.GetBytes(text);

    /// <summary>A dictionary, however often a name is repeated: the last one counts.</summary>
    public static Dictionary<string, string> ToMap(this IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs) map[name] = value;
        return map;
    }

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
