using System.Globalization;
using System.Text;

namespace Peregrine.Sensor.Configuration;

/// <summary>One step of a path into the configuration: a key, an element of a sequence, or a new element at its end.</summary>
/// <param name="Key">The key; null for a step into a sequence.</param>
/// <param name="Index">The element's number, -1 for a new one. Without meaning for a key.</param>
public readonly record struct ConfigStep(string? Key, int Index);

/// <summary>Reads paths such as <c>http_output.url</c>, <c>rules[0].enable.tag</c> and <c>rules_files[]</c>; a backslash takes the next character as it is.</summary>
public static class ConfigPath
{
    /// <summary>A sequence that an option fills by index is not longer than this.</summary>
    private const int MaxIndex = 65_535;

    public static List<ConfigStep> Parse(string text)
    {
        var steps = new List<ConfigStep>();
        var key = new StringBuilder();
        var pending = false;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\' when at + 1 < text.Length:
                    key.Append(text[++at]);
                    pending = true;
                    break;
                case '.':
                    EndKey();
                    break;
                case '[':
                    EndKey();
                    var end = text.IndexOf(']', at);
                    if (end < 0 || steps.Count == 0) throw Invalid(text);
                    steps.Add(new ConfigStep(null, Index(text, text[(at + 1)..end])));
                    at = end;
                    break;
                default:
                    key.Append(text[at]);
                    pending = true;
                    break;
            }
        }
        EndKey();
        return steps.Count > 0 ? steps : throw Invalid(text);

        void EndKey()
        {
            if (pending) steps.Add(new ConfigStep(key.ToString(), 0));
            else if (steps.Count == 0) throw Invalid(text);
            key.Clear();
            pending = false;
        }
    }

    private static int Index(string text, string index)
    {
        if (index.Length == 0) return -1;
        return int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxIndex ? number : throw Invalid(text);
    }

    private static ConfigException Invalid(string text) =>
        new($"'{text}' does not name a configuration key; write key, key.subkey, key[0] or key[]");
}
