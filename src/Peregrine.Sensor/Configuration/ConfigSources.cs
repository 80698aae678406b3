using System.Text;

namespace Peregrine.Sensor.Configuration;

/// <summary>The texts of the configuration files, kept to show the line that an error is about.</summary>
public sealed class ConfigSources
{
    private readonly Dictionary<string, string[]> _lines = [];

    public void Remember(string file, string text) => _lines[file] = text.Split('\n');

    /// <summary>The error with its place, the line and a caret below the place.</summary>
    public string Describe(ConfigException error)
    {
        if (error.Place is not { } place) return error.Message;
        var text = new StringBuilder().Append(place).Append(": ").Append(error.Message);
        if (!_lines.TryGetValue(place.Source, out var lines) || place.Line < 1 || place.Line > lines.Length) return text.ToString();
        var line = lines[place.Line - 1].TrimEnd('\r').Replace('\t', ' ');
        // A secret may stand on the line; only what is to the left of the value is sure to be none.
        var shown = Secrets.Hide(line);
        text.Append('\n').Append("  ").Append(shown).Append('\n').Append(' ', Math.Min(place.Column, shown.Length + 1) + 1).Append('^');
        return text.ToString();
    }
}
