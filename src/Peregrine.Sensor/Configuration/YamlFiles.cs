namespace Peregrine.Sensor.Configuration;

/// <summary>Which files of a folder are taken for YAML: by their name alone.</summary>
public static class YamlFiles
{
    public static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    /// <summary>Tests of rules, which the tools tell from rules by their name.</summary>
    public static bool IsRuleTest(string path) => path.EndsWith(".test.yaml", StringComparison.Ordinal) || path.EndsWith(".test.yml", StringComparison.Ordinal);

    /// <summary>The YAML files of a folder, bytewise by name. Folders in it do not count, nor do links that lead nowhere.</summary>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder).Where(IsYaml).Where(LeadsToFile).Order(StringComparer.Ordinal);

    private static bool LeadsToFile(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false };
        }
        catch (IOException)
        {
            // A link that leads to itself, or was removed meanwhile.
            return false;
        }
    }
}
