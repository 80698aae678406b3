using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Rules;

namespace Peregrine.Sensor.Explaining;

/// <summary>An event with what a rule's condition was for it.</summary>
/// <param name="Number">Its number in the capture.</param>
/// <param name="Line">The event in one line.</param>
/// <param name="Condition">Part by part.</param>
/// <param name="IsAsked">Whether the rule is asked about events of its type at all.</param>
/// <param name="First">The rule before this one that takes the event; null when there is none.</param>
internal sealed record ExplainedEvent(ulong Number, string Line, ExplainedPart Condition, bool IsAsked, string? First);

/// <summary>What a capture told about a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Event">The event that is explained; null when the capture has none of the rule's types.</param>
/// <param name="Events">Events of the capture that were looked at.</param>
/// <param name="Terms">For a rule that matched nothing: how near it came. Null when an event was asked for, or one matched.</param>
internal sealed record CaptureReport(Rule Rule, ExplainedEvent? Event, ulong Events, ConditionTerms? Terms)
{
    /// <summary>Longer terms are cut in the table of them.</summary>
    private const int LongestTerm = 120;

    public string WriteText(Palette palette, bool expand)
    {
        var text = new StringBuilder();
        if (Terms is not null) Nearness(text, palette);
        if (Event is not null)
        {
            text.Append(ExplanationText.Printable(Event.Line)).Append('\n');
            foreach (var note in Notes()) text.Append(palette.Yellow(note)).Append('\n');
            text.Append(ExplanationText.Write(Event.Condition, palette, expand));
        }
        return text.ToString();
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("rule", Rule.Name);
        json.WriteBoolean("enabled", Rule.Enabled);
        json.WriteBoolean("matches", Event is { IsAsked: true, Condition.Holds: true });
        if (Terms is not null)
        {
            json.WriteNumber("events", Events);
            json.WriteNumber("events_of_its_types", Terms.Events);
            json.WriteStartArray("terms");
            foreach (var term in Terms.Terms)
            {
                json.WriteStartObject();
                json.WriteString("text", term.Part.Line);
                if (term.Macro is not null) json.WriteString("macro", term.Macro);
                json.WriteNumber("held", term.Held);
                json.WriteNumber("failed", Terms.Events - term.Held);
                json.WriteNumber("failed_alone", term.MissedAlone);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (Event is not null)
        {
            json.WriteStartObject("event");
            json.WriteNumber("number", Event.Number);
            json.WriteString("text", Event.Line);
            json.WriteBoolean("asked", Event.IsAsked);
            if (Event.First is not null) json.WriteString("taken_by", Event.First);
            json.WriteEndObject();
            json.WritePropertyName("condition");
            ExplanationJson.Write(json, Event.Condition);
        }
        json.WriteEndObject();
    }

    private IEnumerable<string> Notes()
    {
        if (!Event!.IsAsked) yield return $"The rule '{Rule.Name}' is not asked about events of this type.";
        if (!Rule.Enabled) yield return $"The rule '{Rule.Name}' is disabled in its file: it only runs when the configuration enables it.";
        if (Event.First is { } first) yield return $"The rule '{first}' comes first and takes the event (rule_matching: first), so '{Rule.Name}' gives no alert.";
    }

    private void Nearness(StringBuilder text, Palette palette)
    {
        var asked = Terms!.Events;
        text.Append(CultureInfo.InvariantCulture, $"The rule '{Rule.Name}' matches none of the capture's {Events} events. It was asked about {asked}: {ConditionReport.Types(Rule)}.\n");
        if (asked == 0) return;
        var terms = Terms.Terms;
        text.Append("\n  failed for  alone   what must hold\n");
        var worst = terms.Max(static t => t.MissedAlone);
        var failed = terms.Where(t => t.Held < asked).OrderBy(static t => t.Held).ToList();
        foreach (var term in failed)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{asked - term.Held,12} {term.MissedAlone,6}   {ExplanationText.Cut(term.Part.Line, LongestTerm)}{(term.Macro is null ? "" : $"  (of {term.Macro})")}");
            text.Append(worst > 0 && term.MissedAlone == worst ? palette.Yellow(line) : line).Append('\n');
        }
        if (failed.Count < terms.Count) text.Append(CultureInfo.InvariantCulture, $"{0,12} {0,6}   {(terms.Count - failed.Count == 1 ? "the other one" : $"each of the {terms.Count - failed.Count} others")}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nThe nearest event misses {Terms.FewestMissing} of {terms.Count}:\n");
    }
}
