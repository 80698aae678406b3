using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Rules;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>-V FILE</c> and <c>validate FILE</c>: loads the files and prints what was found, as text or JSON. A file that fails does not keep the next from being checked.
/// The option prints what the reference prints; the command adds what to do about it.</summary>
internal static class ValidateCommand
{
    public static int Run(SensorConsole console, SensorConfiguration configuration, IReadOnlyList<string> paths, CommandLineOptions options, bool forPeople)
    {
        var files = RulesFiles.Expand(paths, mustExist: true).ToArray();
        if (files.Length == 0) throw new UsageException("there is no rules file to validate: names end in .yaml or .yml");
        var setup = new RulesSetup(configuration, options.Print);
        var results = new List<LoadResult>();
        foreach (var file in files)
        {
            results.Add(setup.Load(file));
            if (results[^1].Successful) setup.CheckPlugins();
        }
        var valid = results.TrueForAll(r => r.Successful);
        var describe = options.DescribeRules || options.DescribeRule is not null;
        if (configuration.Alerts.Json) PrintJson(console, setup, results, describe && valid, options.DescribeRule);
        else if (forPeople) console.Print(ValidationReport.Write(setup.Loader, results, colours: false).TrimEnd('\n') + "\n");
        else console.Print(string.Concat(results.Select(r => r.ToText().TrimEnd('\n') + "\n")));
        if (!valid && forPeople && !configuration.Alerts.Json) return 1;
        if (!valid) throw new SensorException(string.Join('\n', results.Where(r => !r.Successful).Select(r => r.ToSummary().TrimEnd('\n'))));
        if (forPeople) return 0;
        foreach (var advice in results.SelectMany(r => r.Advice)) console.Error.Write($"{advice.CodeName}: {advice.Message}\n");
        return 0;
    }

    private static void PrintJson(SensorConsole console, RulesSetup setup, List<LoadResult> results, bool describe, string? rule)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AlertMaker.JsonOptions))
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
        }
        console.Print(Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
    }
}
