using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Rules;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>-L</c> and <c>-l RULE</c>: describes the loaded rules as JSON, or as a list of names with what they are for.</summary>
internal static class DescribeRulesCommand
{
    private const int NameColumn = 50;

    public static int Run(SensorConsole console, SensorConfiguration configuration, RulesSetup setup, string? rule)
    {
        if (rule is not null && setup.Loader.Rules.Find(rule) is null) throw new SensorException($"there is no rule '{rule}'");
        console.Print(configuration.Alerts.Json ? Json(setup, rule) : Text(setup, rule));
        return 0;
    }

    private static string Json(RulesSetup setup, string? rule)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AlertMaker.JsonOptions)) RuleDescription.Write(json, setup.Loader, rule);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static string Text(RulesSetup setup, string? rule)
    {
        var text = new StringBuilder().Append($"{"Rule",-NameColumn} Description\n{"----",-NameColumn} -----------\n");
        foreach (var one in setup.Loader.Rules.Rules)
        {
            if (rule is not null && one.Name != rule) continue;
            text.Append($"{one.Name,-NameColumn} {one.Description.ReplaceLineEndings(" ").Trim()}\n\n");
        }
        return text.ToString();
    }
}
