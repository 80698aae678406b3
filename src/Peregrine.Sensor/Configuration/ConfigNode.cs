namespace Peregrine.Sensor.Configuration;

/// <summary>What a configuration value is.</summary>
public enum ConfigNodeKind
{
    Null,
    Scalar,
    Sequence,
    Mapping,
}

/// <summary>Where a value was written: a file with line and column from 1, or a command-line option (line 0).</summary>
public readonly record struct ConfigPlace(string Source, int Line, int Column)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}

/// <summary>A value of the configuration as it was written, before anything is known about its type. Built while loading, read-only afterwards.</summary>
public sealed class ConfigNode
{
    private ConfigNode(ConfigNodeKind kind, ConfigPlace place) => (Kind, Place) = (kind, place);

    public ConfigNodeKind Kind { get; }

    public ConfigPlace Place { get; }

    /// <summary>The text of a scalar, environment variables expanded.</summary>
    public string Text { get; private init; } = "";

    public List<ConfigNode> Items { get; } = [];

    public List<ConfigEntry> Entries { get; } = [];

    public static ConfigNode Null(ConfigPlace place) => new(ConfigNodeKind.Null, place);

    public static ConfigNode Scalar(string text, ConfigPlace place) => new(ConfigNodeKind.Scalar, place) { Text = text };

    public static ConfigNode Sequence(ConfigPlace place) => new(ConfigNodeKind.Sequence, place);

    public static ConfigNode Mapping(ConfigPlace place) => new(ConfigNodeKind.Mapping, place);

    /// <summary>The value in flow style; equal values give equal texts.</summary>
    public string ToFlow() => Kind switch
    {
        ConfigNodeKind.Mapping => "{" + string.Join(", ", Entries.Select(e => $"{Alerts.JsonText.Of(e.Key)}: {e.Value.ToFlow()}")) + "}",
        ConfigNodeKind.Sequence => "[" + string.Join(", ", Items.Select(i => i.ToFlow())) + "]",
        ConfigNodeKind.Scalar => Alerts.JsonText.Of(Text),
        _ => "null",
    };

    /// <summary>The value of a key; null when the mapping has none.</summary>
    public ConfigNode? Find(string key)
    {
        foreach (var entry in Entries)
            if (entry.Key == key) return entry.Value;
        return null;
    }

    /// <summary>Sets a key, replacing the value it had.</summary>
    public void Set(string key, ConfigPlace keyPlace, ConfigNode value)
    {
        for (var i = 0; i < Entries.Count; i++)
        {
            if (Entries[i].Key != key) continue;
            Entries[i] = new ConfigEntry(key, keyPlace, value);
            return;
        }
        Entries.Add(new ConfigEntry(key, keyPlace, value));
    }
}

/// <summary>A key of a mapping and its value.</summary>
public readonly record struct ConfigEntry(string Key, ConfigPlace KeyPlace, ConfigNode Value);
