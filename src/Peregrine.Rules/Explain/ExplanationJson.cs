using System.Text.Json;

namespace Peregrine.Rules;

/// <summary>Explanations as JSON: an object for each part, with <c>kind</c>, <c>text</c>, <c>parts</c>; for an event also <c>holds</c>, <c>decided</c> and the values.</summary>
public static class ExplanationJson
{
    public static void Write(Utf8JsonWriter json, ConditionPart part)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(part);
        json.WriteStartObject();
        Head(json, part);
        if (part.Parts.Count > 0)
        {
            json.WriteStartArray("parts");
            foreach (var inner in part.Parts) Write(json, inner);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ExplainedPart part)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(part);
        json.WriteStartObject();
        Head(json, part.Part);
        json.WriteBoolean("holds", part.Holds);
        if (part.Decides) json.WriteBoolean("decided", true);
        if (part.Part.Left is not null) json.WriteString("value", part.Value);
        if (part.Part.Right is not null) json.WriteString("other_value", part.OtherValue);
        if (part.Parts.Count > 0)
        {
            json.WriteStartArray("parts");
            foreach (var inner in part.Parts) Write(json, inner);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, ConditionPart part)
    {
        json.WriteString("kind", part.Kind switch
        {
            PartKind.And => "and",
            PartKind.Or => "or",
            PartKind.Not => "not",
            PartKind.Macro => "macro",
            PartKind.Exception => "exception",
            _ => "check",
        });
        json.WriteString("text", part.Text);
    }
}
