using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.RuleTests;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.Commands;

/// <summary>
/// <c>test PATH…</c>: runs tests of rules, those of files and of all <c>*.test.yaml</c> below folders. <c>-r</c> puts other rules in the place of those that the tests name. Gives 0 when all
/// passed, else 1.
/// </summary>
internal static class TestCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments.Count == 0) throw new UsageException("test needs files with tests, or folders: peregrine test PATH…");
        var palette = Colours.Of(console, options.Color);
        var all = new List<(RuleTestFile File, IReadOnlyList<RuleTestResult> Results)>();
        foreach (var file in Files(options.Arguments).Select(RuleTestReader.Read).ToList())
        {
            var tested = options.RulesFiles.Count > 0 ? file with { Rules = options.RulesFiles } : file;
            all.Add((tested, Run(console, tested, options, sources, palette)));
        }
        if (all.Count == 0) throw new UsageException("there are no tests in what was named: their files end in .test.yaml");
        List<RuleTestResult> results = [.. all.SelectMany(static f => f.Results)];
        console.Print(RuleTestReport.Summary(results, palette));
        if (options.JUnitFile is { } junit) Write(junit, JUnitReport.Of(all));
        return results.TrueForAll(static r => r.Passed) ? 0 : 1;
    }

    private static List<RuleTestResult> Run(SensorConsole console, RuleTestFile file, CommandLineOptions options, ConfigSources sources, Palette palette)
    {
        console.Print(palette.Bold(file.Path) + "\n");
        RulesSetup? setup = null;
        string? problem = null;
        try
        {
            setup = Load(console, file, options, sources);
        }
        catch (ConfigException e)
        {
            problem = sources.Describe(e);
        }
        catch (SensorException e)
        {
            problem = e.Message;
        }
        var results = new List<RuleTestResult>();
        foreach (var test in file.Tests)
        {
            var result = setup is null ? new(test, problem, [], [], TimeSpan.Zero) : RuleTestRun.Of(test, setup, console);
            if (console.Stop.IsCancellationRequested) break;
            results.Add(result);
            console.Print(RuleTestReport.Of(file, result, palette));
        }
        return results;
    }

    /// <summary>What is configured on the machine does not count, unless <c>-c</c> says so: a test means the same everywhere.</summary>
    private static RulesSetup Load(SensorConsole console, RuleTestFile file, CommandLineOptions options, ConfigSources sources)
    {
        string[] overrides = [.. file.Options, .. options.Overrides];
        var loader = new ConfigLoader(console.Environment, sources);
        var loaded = options.ConfigFile is { } config ? loader.Load(config, overrides) : loader.LoadDefaults(overrides);
        if (loaded.Warnings.Count > 0) throw new SensorException(loaded.Warnings[0]);
        var setup = new RulesSetup(SensorConfigurationReader.Read(loaded), options.Print);
        setup.LoadAll(RulesFiles.Named(file.Rules), static _ => { });
        return setup;
    }

    private static IEnumerable<string> Files(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (!Directory.Exists(path)) yield return path;
            else foreach (var file in Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true }).Where(YamlFiles.IsRuleTest).Order(StringComparer.Ordinal)) yield return file;
        }
    }

    private static void Write(string path, byte[] xml)
    {
        try
        {
            File.WriteAllBytes(path, xml);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot write {path}: {e.Message}", e);
        }
    }
}
