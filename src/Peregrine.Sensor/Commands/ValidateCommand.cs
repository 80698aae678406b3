using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.Commands;

/// <summary>
/// Loads rules files and prints what was found; a file that fails does not keep the next from being checked. <c>-V FILE</c> prints what the reference prints, with a line of ours below
/// each finding; <c>validate PATH…</c> is for people, and with <c>--json</c> for their tools. Both give 0 when every file is valid, else 1.
/// </summary>
internal static class ValidateCommand
{
    /// <summary><c>-V</c>.</summary>
    public static int Compatible(SensorConsole console, SensorConfiguration configuration, CommandLineOptions options)
    {
        var files = RulesFiles.Expand(options.ValidateFiles, mustExist: true).ToArray();
        if (files.Length == 0) throw new UsageException("there is no rules file to validate: names end in .yaml or .yml");
        var setup = new RulesSetup(configuration, options.Print);
        var results = new List<LoadResult>();
        foreach (var file in files)
        {
            results.Add(setup.Load(file));
            if (results[^1].Successful) setup.CheckPlugins();
        }
        var valid = results.TrueForAll(r => r.Successful);
        var describe = valid && (options.DescribeRules || options.DescribeRule is not null);
        if (configuration.Alerts.Json) PrintJson(console, setup, results, describe, options.DescribeRule);
        else console.Print(string.Concat(results.Select(r => r.ToText(setup.Loader).TrimEnd('\n') + "\n")));
        if (!valid) throw new SensorException(string.Join('\n', results.Where(r => !r.Successful).Select(r => r.ToSummary().TrimEnd('\n'))));
        foreach (var advice in results.SelectMany(r => r.Advice)) console.Error.Write($"{advice.CodeName}: {advice.Message}\n→ {advice.Mend}\n");
        return 0;
    }

    /// <summary><c>validate</c>.</summary>
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments.Count == 0) throw new UsageException("validate needs rules files or folders: peregrine validate PATH…");
        var (_, configuration) = new ConfigInput(console.Environment, options.ConfigFile, options.Overrides).Read(sources);
        var files = RulesFiles.Named(options.Arguments).ToArray();
        if (files.Length == 0) throw new UsageException("there is no rules file in what was named: their names end in .yaml or .yml");
        var setup = new RulesSetup(configuration, options.Print);
        var results = files.Select(f => setup.Load(f, f)).ToList();
        if (configuration.Alerts.Json)
        {
            PrintJson(console, setup, results, describe: false, rule: null);
            return results.TrueForAll(r => r.Successful) ? 0 : 1;
        }
        var report = new ValidationReport(setup.Loader, results);
        if (options.Json) console.PrintJson(report.WriteJson);
        else console.Print(report.WriteText(Colours.Of(console, options.Color)));
        return report.Errors > 0 || (options.FailOnWarnings && report.Warnings > 0) ? 1 : 0;
    }

    private static void PrintJson(SensorConsole console, RulesSetup setup, List<LoadResult> results, bool describe, string? rule) => console.PrintJson(json =>
    {
        json.WriteStartObject();
        if (describe)
        {
            json.WritePropertyName("falco_describe_results");
            if (!RuleDescription.Write(json, setup.Loader, rule)) throw new SensorException($"there is no rule '{rule}'");
        }
        json.WritePropertyName("falco_load_results");
        LoadJson.Write(json, results);
        json.WriteEndObject();
    });
}
