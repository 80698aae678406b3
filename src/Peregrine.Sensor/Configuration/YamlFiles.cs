namespace Peregrine.Sensor.Configuration;

/// <summary>Which files of a folder are taken for YAML: by their name alone.</summary>
public static class YamlFiles
{
    public static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    /// <summary>Tests of rules, which the tools tell from rules by their name.</summary>
    public static bool IsRuleTest(string path) => path.EndsWith(".test.yaml", StringComparison.Ordinal) || path.EndsWith(".test.yml", StringComparison.Ordinal);
}
