using System.Globalization;
using Peregrine.Hub.Templates;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads the values of sections as their settings declare them: the environment before the file, keys in any case; wrong values are errors with their place, unknown keys warnings with the nearest known one.</summary>
internal sealed class SettingsReader(ConfigSource source, ConfigFindings findings)
{
    private static readonly HashSet<string> True = new(["true", "yes", "on", "1"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> False = new(["false", "no", "off", "0"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads one section.</summary>
    /// <param name="node">Its mapping in the file; null when the file has none.</param>
    /// <param name="section">Its path with dots, for messages and environment names; empty for the top.</param>
    /// <param name="settings">What it declares.</param>
    /// <param name="useEnvironment">Whether environment variables count; those of named destinations do not.</param>
    /// <param name="otherKeys">Keys that somebody else reads (sections below this one).</param>
    public SettingValues Read(YamlNode? node, string section, IReadOnlyList<Setting> settings, bool useEnvironment, IReadOnlyCollection<string> otherKeys)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is { IsMap: true }) ReadFile(node, section, "", settings, otherKeys, values, places);
        else if (node is { IsNull: false }) throw source.Error(node, $"{section}: a mapping of keys to values is expected");
        if (useEnvironment)
        {
            foreach (var setting in settings)
            {
                var name = setting.EnvironmentName(section);
                var text = setting.IsSecret ? source.VariableOrFile(name) : source.Variable(name);
                if (text is not { Length: > 0 }) continue;
                var place = $"environment variable {name}";
                values[setting.Key] = FromText(setting, text, place);
                foreach (var old in places.Keys.Where(k => k == setting.Key || k.StartsWith(setting.Key + ".", StringComparison.Ordinal)).ToList()) places.Remove(old);
                places[setting.Key] = place;
            }
        }
        foreach (var setting in settings.Where(s => s.IsSecret))
            if (values.TryGetValue(setting.Key, out var secret)) findings.Secrets.Add(secret);
        return new SettingValues(settings, values, places);
    }

    // Keys with dots stand in mappings of their own: `batching: {enabled: true}`.
    private void ReadFile(YamlNode node, string section, string prefix, IReadOnlyList<Setting> settings, IReadOnlyCollection<string> otherKeys, Dictionary<string, object> values, Dictionary<string, string> places)
    {
        foreach (var (key, value) in node.Entries)
        {
            var name = prefix + key.Text.ToLowerInvariant();
            var setting = settings.FirstOrDefault(s => s.Key == name);
            if (setting is not null)
            {
                if (value.IsNull) continue;
                values[name] = FromNode(setting, value, section);
                places[name] = source.Place(value);
                foreach (var (entry, _) in value.Entries) places[$"{name}.{entry.Text}"] = source.Place(entry);
            }
            else if (value.IsMap && settings.Any(s => s.Key.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                ReadFile(value, section, name + ".", settings, [], values, places);
            }
            else if (!otherKeys.Contains(name))
            {
                Unknown(key, section, prefix, [.. settings.Select(s => s.Key), .. otherKeys]);
            }
        }
    }

    private void Unknown(YamlNode key, string section, string prefix, IEnumerable<string> known)
    {
        var name = prefix + key.Text;
        findings.Warn($"{source.Place(key)}: unknown key '{(section.Length == 0 ? name : $"{section}.{name}")}', ignored{Suggestion.For(name.ToLowerInvariant(), known)}");
    }

    private object FromNode(Setting setting, YamlNode node, string section)
    {
        var place = $"{source.Place(node)}: {(section.Length == 0 ? setting.Key : section + "." + setting.Key)}";
        switch (setting.Kind)
        {
            case SettingKind.List when node.IsSequence:
                return node.Items.Select(i => i.IsScalar ? source.Expand(i) : throw source.Error(i, $"{setting.Key}: a text is expected")).ToList();
            case SettingKind.Map or SettingKind.SecretMap when node.IsMap:
                return node.Entries.ToDictionary(e => e.Key.Text, e => e.Value.IsScalar || e.Value.IsNull ? Refer(source.Expand(e.Value)) : throw source.Error(e.Value, $"{setting.Key}.{e.Key.Text}: a text is expected"), StringComparer.Ordinal);
            default:
                return node.IsScalar ? FromText(setting, source.Expand(node), place) : throw new ConfigurationException($"{place}: {Expected(setting)} is expected");
        }
    }

    private object FromText(Setting setting, string text, string place)
    {
        switch (setting.Kind)
        {
            case SettingKind.Integer:
                if (text.Length == 0) text = setting.Default;
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= setting.Range.Least && number <= setting.Range.Most) return number;
                break;
            case SettingKind.Flag:
                if (text.Length == 0) return setting.Default == "true";
                if (True.Contains(text)) return true;
                if (False.Contains(text)) return false;
                break;
            case SettingKind.Duration:
                if (Durations.TryParse(text, out var duration)) return duration;
                break;
            case SettingKind.List:
                return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
            case SettingKind.Map or SettingKind.SecretMap:
                return Pairs(text, place);
            case SettingKind.Template:
                try
                {
                    return MessageTemplate.Parse(text);
                }
                catch (TemplateException e)
                {
                    throw new ConfigurationException($"{place}: {e.Message}", e);
                }
            default:
                if (setting.Choices.Count == 0 || setting.Choices.Contains(text, StringComparer.OrdinalIgnoreCase)) return setting.Choices.Count == 0 ? text : setting.Choices.First(c => c.Equals(text, StringComparison.OrdinalIgnoreCase));
                break;
        }
        // A secret's value is not repeated, whatever is wrong with it.
        throw new ConfigurationException(setting.IsSecret ? $"{place}: {Expected(setting)} is expected" : $"{place}: {Expected(setting)} is expected, not '{text}'");
    }

    // The environment's form: name:value,name:value; what is behind the first colon is the value, so that addresses fit.
    private Dictionary<string, string> Pairs(string text, string place)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.AsSpan().TrimStart().StartsWith("{")) return Json(text, place);
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                findings.Warn($"{place}: an entry without 'name:' was passed over");
                continue;
            }
            var value = pair[(colon + 1)..].Trim();
            map[pair[..colon].Trim()] = Refer(value);
        }
        return map;
    }

    // The reference's form of a reference to a variable, which it documents for files and has for the environment alone. A value that only looks like one stays.
    private string Refer(string value) => value.StartsWith('%') ? source.Variable(value[1..]) ?? value : value;

    private static Dictionary<string, string> Json(string text, string place)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(text);
            return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            throw new ConfigurationException($"{place}: this is no JSON object of texts", e);
        }
    }

    private static string Expected(Setting setting) => setting.Kind switch
    {
        SettingKind.Integer when setting.Range.Most != long.MaxValue => $"a whole number from {setting.Range.Least} to {setting.Range.Most}",
        SettingKind.Integer => $"a whole number, {setting.Range.Least} or more,",
        SettingKind.Flag => "true or false",
        SettingKind.Duration => "a length of time (500ms, 30s, 5m, 24h, 7d, or whole seconds)",
        SettingKind.List => "a list of texts",
        SettingKind.Map or SettingKind.SecretMap => "a mapping of names to texts",
        _ when setting.Choices.Count > 0 => "one of " + string.Join(", ", setting.Choices.Where(c => c.Length > 0)),
        _ => "a text",
    };
}
