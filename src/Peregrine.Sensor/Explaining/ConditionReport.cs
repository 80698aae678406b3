using System.Text;
using System.Text.Json;
using Peregrine.Events;
using Peregrine.Rules;

namespace Peregrine.Sensor.Explaining;

/// <summary>A rule's condition without an event: the tree, and the events that it is asked about.</summary>
internal sealed class ConditionReport(ConditionExplanation explanation)
{
    /// <summary>More types are only counted.</summary>
    private const int ShownTypes = 12;

    public string WriteText(Palette palette, bool expand)
    {
        var rule = explanation.Rule;
        return new StringBuilder()
            .Append(palette.Bold(rule.Name)).Append(rule.Enabled ? "\n" : "  (disabled)\n")
            .Append(ExplanationText.Write(explanation.Root, palette, expand))
            .Append("\nIt is asked about ").Append(Types(rule)).Append(".\n")
            .ToString();
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("rule", explanation.Rule.Name);
        json.WriteBoolean("enabled", explanation.Rule.Enabled);
        json.WriteStartArray("event_types");
        foreach (var name in Names(explanation.Rule)) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WritePropertyName("condition");
        ExplanationJson.Write(json, explanation.Root);
        json.WriteEndObject();
    }

    /// <summary>The types of events that can match, in words.</summary>
    public static string Types(Rule rule)
    {
        var names = Names(rule).ToArray();
        if (names.Length == 0) return "no event: its condition can never hold";
        var shown = string.Join(", ", names.Take(ShownTypes));
        return names.Length <= ShownTypes ? $"events of {(names.Length == 1 ? "this type" : "these types")}: {shown}" : $"events of {names.Length} types: {shown} and others";
    }

    /// <summary>Events that plugins send asynchronously belong to every rule and say nothing about this one.</summary>
    private static IEnumerable<string> Names(Rule rule) =>
        rule.EventTypes.Where(static t => t != EventType.AsynceventE).Select(static t => EventSchema.Get(t).Name).Distinct().Order(StringComparer.Ordinal);
}
