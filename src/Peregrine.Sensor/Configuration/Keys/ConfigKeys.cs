using System.Collections.Frozen;

namespace Peregrine.Sensor.Configuration;

/// <summary>Every key that the configuration knows, under the names, types and defaults that people have in their files.</summary>
public static class ConfigKeys
{
    /// <summary>In the order in which the documentation tells them.</summary>
    public static IReadOnlyList<ConfigSection> Sections { get; } =
        [FileKeys.Section, RuleKeys.Section, EngineKeys.Section, StateKeys.Section, AlertKeys.Section, OutputKeys.Section, GrpcKeys.Section, WebKeys.Section, MetricsKeys.Section, CaptureKeys.Section, LogKeys.Section];

    public static IReadOnlyList<ConfigKey> All { get; } = [.. Sections.SelectMany(s => s.Keys)];

    private static readonly FrozenDictionary<string, ConfigKey> ByPath = All.ToFrozenDictionary(k => k.Path);

    /// <summary>The key with this path; null when there is none.</summary>
    public static ConfigKey? Find(string path) => ByPath.GetValueOrDefault(path);
}
