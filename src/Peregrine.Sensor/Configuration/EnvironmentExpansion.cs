using System.Text;

namespace Peregrine.Sensor.Configuration;

/// <summary>Replaces <c>${NAME}</c> by the environment variable, or by nothing when there is none; <c>$${NAME}</c> stands for the text <c>${NAME}</c>.</summary>
public static class EnvironmentExpansion
{
    public static string Expand(string text, Func<string, string?> variable)
    {
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        var expanded = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var escaped = text.AsSpan(at).StartsWith("$${");
            if (!escaped && !text.AsSpan(at).StartsWith("${"))
            {
                expanded.Append(text[at++]);
                continue;
            }
            var start = at + (escaped ? 1 : 0);
            var end = text.IndexOf('}', start);
            if (end < 0)
            {
                expanded.Append(text, at, text.Length - at);
                break;
            }
            if (escaped) expanded.Append(text, start, end + 1 - start);
            else expanded.Append(variable(text[(start + 2)..end].Trim()));
            at = end + 1;
        }
        return expanded.ToString();
    }
}
