using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>Finds the rules files to load.</summary>
public static class RulesFiles
{
    private const string DefaultName = "peregrine_rules.yaml";

    /// <param name="configuration">What the configuration names.</param>
    /// <param name="given">The <c>-r</c> options, which replace the configured ones; each must exist.</param>
    public static IReadOnlyList<string> Find(SensorConfiguration configuration, IReadOnlyList<string> given)
    {
        if (given.Count > 0) return Required([.. Expand(given, mustExist: true)]);
        if (configuration.Rules.FilesConfigured) return Required([.. Expand(configuration.Rules.Files, mustExist: false)]);
        // A configuration file that names no rules asks for none; without any configuration there are the default rules.
        return configuration.Files.Count > 0 ? Required([]) : Required([.. Defaults().Where(File.Exists).Take(1)]);
    }

    /// <summary>The paths whose change changes the rules, whether something is there now or not.</summary>
    public static IEnumerable<string> Watched(SensorConfiguration configuration, IReadOnlyList<string> given)
    {
        if (given.Count > 0) return given;
        if (configuration.Rules.FilesConfigured) return configuration.Rules.Files;
        return configuration.Files.Count > 0 ? [] : Defaults();
    }

    /// <summary>The files themselves, and the rules files of folders by their name. Names that do not end like YAML are left out.</summary>
    public static IEnumerable<string> Expand(IEnumerable<string> paths, bool mustExist)
    {
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                foreach (var file in YamlFiles.In(path)) yield return file;
            }
            else if (File.Exists(path))
            {
                if (YamlFiles.IsYaml(path)) yield return path;
            }
            else if (mustExist)
            {
                throw new SensorException($"cannot read the rules file {path}: no such file or folder");
            }
        }
    }

    /// <summary>For the tools of authors: files whatever their names are, and the rules files of folders, without the tests that lie there.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="recurse">Whether folders below the folders count.</param>
    public static IEnumerable<string> Named(IEnumerable<string> paths, bool recurse = false)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recurse };
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                foreach (var file in Directory.EnumerateFiles(path, "*", options).Where(static f => YamlFiles.IsYaml(f) && !YamlFiles.IsRuleTest(f)).Order(StringComparer.Ordinal)) yield return file;
            }
            else
            {
                yield return File.Exists(path) ? path : throw new SensorException($"cannot read {path}: no such file or folder");
            }
        }
    }

    /// <summary>Where our own rules may lie: beside the program, or installed.</summary>
    private static IEnumerable<string> Defaults()
    {
        var program = AppContext.BaseDirectory;
        yield return Path.Combine("/etc/peregrine", DefaultName);
        yield return Path.Combine(program, "rules", DefaultName);
        yield return Path.Combine(program, DefaultName);
        yield return Path.Combine(program, "..", "rules", DefaultName);
    }

    private static IReadOnlyList<string> Required(IReadOnlyList<string> files) =>
        files.Count > 0 ? files : throw new SensorException("You must specify at least one rules file/directory via -r or a rules_file entry in the configuration");
}
