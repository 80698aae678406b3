namespace Peregrine.Sensor.Configuration;

/// <summary>What an included file does to keys that are there already.</summary>
public enum MergeStrategy
{
    /// <summary>Sequences are put behind the ones that are there; other values replace them.</summary>
    Append,
    /// <summary>Values replace the ones that are there.</summary>
    Override,
    /// <summary>Only keys that are not there yet are taken.</summary>
    AddOnly,
}

/// <summary>Merges an included file into the configuration. Only top-level keys are merged: a mapping replaces a mapping.</summary>
internal static class ConfigMerge
{
    public static void Into(ConfigNode root, ConfigNode included, MergeStrategy strategy)
    {
        foreach (var (key, place, value) in included.Entries)
        {
            var existing = root.Find(key);
            if (existing is null) root.Set(key, place, value);
            else if (strategy == MergeStrategy.AddOnly) continue;
            else if (strategy == MergeStrategy.Append && existing.Kind == ConfigNodeKind.Sequence && value.Kind == ConfigNodeKind.Sequence) existing.Items.AddRange(value.Items);
            else root.Set(key, place, value);
        }
    }
}
