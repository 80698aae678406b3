using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Events;
using Peregrine.Rules;

namespace Peregrine.Sensor.Profiling;

/// <summary>Writes a profile: as tables, as JSON, as folded stacks for flame graphs.</summary>
/// <param name="figures">What was measured.</param>
/// <param name="matches">Alerts by rule.</param>
internal sealed class ProfileReport(ProfileFigures figures, IReadOnlyDictionary<string, ulong> matches)
{
    /// <summary>Lines of a table; JSON has all.</summary>
    private const int Most = 20;

    private const int LongestText = 100;

    private readonly List<(string Rule, RuleFigures Cost)> _rules = [.. figures.Rules.Select(static r => (r.Key, r.Value)).OrderByDescending(static r => r.Value.Nanoseconds).ThenBy(static r => r.Key, StringComparer.Ordinal)];

    private readonly List<ConditionPartCost> _parts = [.. figures.Parts.OrderByDescending(static p => p.Nanoseconds).ThenBy(static p => p.Text, StringComparer.Ordinal)];

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{figures.Events} events, one of {figures.Interval} measured\n\n  share   ns/event  step\n");
        foreach (var step in Enum.GetValues<ProfileStep>()) Line(figures.Steps[(int)step]).Append(ProfileFigures.NameOf(step)).Append('\n');
        Line(figures.Total).Append("all\n");
        text.Append("\n  share   ns/event   evaluations      hits  rule\n");
        foreach (var (rule, cost) in _rules.Take(Most))
            Line(PerEvent(cost.Nanoseconds)).Append(CultureInfo.InvariantCulture, $"{cost.Evaluations,12:0}{matches.GetValueOrDefault(rule),10}  {rule}\n");
        if (_rules.Count > Most) text.Append(CultureInfo.InvariantCulture, $"  and {_rules.Count - Most} more rules\n");
        text.Append("\n  share   ns/event   evaluations      held  rules  condition\n");
        foreach (var part in _parts.Take(Most))
            Line(PerEvent(part.Nanoseconds)).Append(CultureInfo.InvariantCulture, $"{part.Evaluations,12}{part.Held,10}{part.Rules.Count,7}  {NameOf(part.Type)}: {Short(part.Text)}\n");
        if (_parts.Count > Most) text.Append(CultureInfo.InvariantCulture, $"  and {_parts.Count - Most} more conditions\n");
        return text.ToString();

        StringBuilder Line(double nanoseconds) => text.Append(CultureInfo.InvariantCulture, $"{Share(nanoseconds) * 100,5:0.0} %{nanoseconds,11:0.00}  ");
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("events", figures.Events);
            json.WriteNumber("sample_interval", figures.Interval);
            json.WriteNumber("ns_per_event", Math.Round(figures.Total, 3));
            json.WriteStartArray("steps");
            foreach (var step in Enum.GetValues<ProfileStep>())
            {
                json.WriteStartObject();
                json.WriteString("step", ProfileFigures.NameOf(step));
                Cost(json, figures.Steps[(int)step]);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("rules");
            foreach (var (rule, cost) in _rules)
            {
                json.WriteStartObject();
                json.WriteString("rule", rule);
                json.WriteNumber("evaluations", (long)cost.Evaluations);
                json.WriteNumber("hits", matches.GetValueOrDefault(rule));
                Cost(json, PerEvent(cost.Nanoseconds));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("conditions");
            foreach (var part in _parts)
            {
                json.WriteStartObject();
                json.WriteString("condition", part.Text);
                json.WriteString("event_type", NameOf(part.Type));
                json.WriteNumber("evaluations", part.Evaluations);
                json.WriteNumber("hits", part.Held);
                Cost(json, PerEvent(part.Nanoseconds));
                json.WriteStartArray("rules");
                foreach (var rule in part.Rules) json.WriteStringValue(rule.Name);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>A line for each stack, its frames parted by semicolons, and the nanoseconds that it took over all events.</summary>
    public string ToFolded()
    {
        var text = new StringBuilder();
        foreach (var step in Enum.GetValues<ProfileStep>())
            if (step != ProfileStep.Match) Stack(figures.Steps[(int)step] * figures.Events, ProfileFigures.NameOf(step));
        double known = 0;
        foreach (var part in _parts)
        {
            known += part.Nanoseconds;
            Stack(part.Nanoseconds, "match", NameOf(part.Type), Short(part.Text));
        }
        Stack(figures.Steps[(int)ProfileStep.Match] * figures.Events - known, "match");
        return text.ToString();

        void Stack(double nanoseconds, params ReadOnlySpan<string> frames)
        {
            if (nanoseconds < 1) return;
            text.Append("peregrine");
            foreach (var frame in frames) text.Append(';').Append(frame.Replace(';', ',').Replace('\n', ' '));
            text.Append(CultureInfo.InvariantCulture, $" {nanoseconds:0}\n");
        }
    }

    private void Cost(Utf8JsonWriter json, double nanoseconds)
    {
        json.WriteNumber("ns_per_event", Math.Round(nanoseconds, 3));
        json.WriteNumber("share", Math.Round(Share(nanoseconds), 4));
    }

    private double PerEvent(double nanoseconds) => figures.Events == 0 ? 0 : nanoseconds / figures.Events;

    private double Share(double nanosecondsPerEvent) => figures.Total > 0 ? nanosecondsPerEvent / figures.Total : 0;

    private static string NameOf(EventType type) => EventSchema.Get(type).Name;

    private static string Short(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 1), "…");
}
