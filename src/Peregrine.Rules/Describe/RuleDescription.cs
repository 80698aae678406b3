using System.Text.Json;
using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Describes what was loaded, as the reference's JSON (<c>-L</c>, <c>-l RULE</c>). Keys and arrays whose order means nothing are in alphabetical order.</summary>
public sealed class RuleDescription
{
    private readonly RuleLoader _loader;
    private readonly CompileOutput _compiled;

    private RuleDescription(RuleLoader loader, CompileOutput compiled) => (_loader, _compiled) = (loader, compiled);

    /// <summary>Writes everything, or one rule. False when nothing was loaded or there is no such rule.</summary>
    public static bool Write(Utf8JsonWriter json, RuleLoader loader, string? rule = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(loader);
        if (loader.Compiled is not { } compiled) return false;
        var description = new RuleDescription(loader, compiled);
        if (rule is null)
        {
            description.WriteAll(json);
            return true;
        }
        if (compiled.Rules.FirstOrDefault(r => r.Rule.Name == rule) is not { } one) return false;
        json.WriteStartObject();
        json.WriteStartArray("rules");
        description.WriteRule(json, one);
        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private void WriteAll(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("lists");
        foreach (var list in _compiled.Lists.All) WriteList(json, list);
        json.WriteEndArray();
        json.WriteStartArray("macros");
        foreach (var macro in _compiled.Macros.All) WriteMacro(json, macro);
        json.WriteEndArray();
        json.WriteString("required_engine_version", _loader.RequiredEngineVersion.ToString());
        json.WriteStartArray("required_plugin_versions");
        foreach (var requirement in _loader.RequiredPlugins) WriteRequirement(json, requirement);
        json.WriteEndArray();
        json.WriteStartArray("rules");
        foreach (var rule in _compiled.Rules) WriteRule(json, rule);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteRule(Utf8JsonWriter json, CompiledRule compiled)
    {
        var (rule, definition, exceptionFields) = compiled;
        var written = ConditionDetails.OfText(definition.Condition, _loader.Collector);
        var details = ConditionDetails.Of(rule.Condition, _loader.Collector);
        var outputFields = OutputFieldNames.Of(rule, _loader.Fields(rule.Source));
        json.WriteStartObject();
        json.WriteStartObject("details");
        json.WriteString("condition_compiled", ConditionPrinter.Print(rule.Condition));
        Array(json, "condition_fields", details.Fields);
        Array(json, "condition_operators", details.Operators);
        Array(json, "events", EventNames.Of(rule));
        Array(json, "exception_fields", exceptionFields);
        Array(json, "exception_names", new SortedSet<string>(definition.Exceptions.Select(static e => e.Name), StringComparer.Ordinal));
        Array(json, "exception_operators", new SortedSet<string>(definition.Exceptions.SelectMany(Operators), StringComparer.Ordinal));
        if (rule.ExtraFields.Count > 0)
        {
            json.WriteStartObject("extra_output_formatted_fields");
            foreach (var field in rule.ExtraFields) json.WriteString(field.Key, field.Definition.Format);
            json.WriteEndObject();
        }
        Array(json, "lists", written.Lists);
        Array(json, "macros", written.Macros);
        json.WriteString("output_compiled", rule.Output);
        Array(json, "output_fields", outputFields);
        Array(json, "plugins", UsedPlugins.Of(_loader.Options.Plugins, rule.Source, details.Fields.Concat(outputFields), details.EventNames));
        json.WriteEndObject();
        json.WriteStartObject("info");
        json.WriteBoolean("capture", rule.Capture);
        json.WriteNumber("capture_duration", rule.CaptureDuration);
        json.WriteString("condition", definition.Condition);
        json.WriteString("description", rule.Description);
        json.WriteBoolean("enabled", definition.Enabled);
        json.WriteString("name", rule.Name);
        json.WriteString("output", definition.Output);
        json.WriteString("priority", RulePriorities.Name(rule.Priority));
        json.WriteString("source", rule.Source);
        Array(json, "tags", definition.Tags);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteMacro(Utf8JsonWriter json, CompiledMacro macro)
    {
        var written = ConditionDetails.OfText(macro.Definition.Condition, _loader.Collector);
        var details = ConditionDetails.Of(macro.Condition, _loader.Collector);
        json.WriteStartObject();
        json.WriteStartObject("details");
        json.WriteString("condition_compiled", ConditionPrinter.Print(macro.Condition));
        Array(json, "condition_fields", details.Fields);
        Array(json, "condition_operators", details.Operators);
        Array(json, "events", EventNames.Of(macro.Condition));
        Array(json, "lists", written.Lists);
        Array(json, "macros", written.Macros);
        Array(json, "plugins", UsedPlugins.Of(_loader.Options.Plugins, null, details.Fields, details.EventNames));
        json.WriteBoolean("used", macro.IsUsed);
        json.WriteEndObject();
        json.WriteStartObject("info");
        json.WriteString("condition", macro.Definition.Condition);
        json.WriteString("name", macro.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteList(Utf8JsonWriter json, CompiledList list)
    {
        var isList = list.Definition.Items.ToLookup(_loader.Collector.Lists.Contains);
        json.WriteStartObject();
        json.WriteStartObject("details");
        Array(json, "items_compiled", list.Items);
        Array(json, "lists", isList[true]);
        Array(json, "plugins", UsedPlugins.Of(_loader.Options.Plugins, null, [], list.Items));
        json.WriteBoolean("used", list.IsUsed);
        json.WriteEndObject();
        json.WriteStartObject("info");
        Array(json, "items", isList[false]);
        json.WriteString("name", list.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRequirement(Utf8JsonWriter json, PluginRequirement requirement)
    {
        json.WriteStartObject();
        json.WriteStartArray("alternatives");
        foreach (var (name, version) in requirement.Alternatives.Skip(1))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("version", version);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("name", requirement.Alternatives[0].Name);
        json.WriteString("version", requirement.Alternatives[0].Version);
        json.WriteEndObject();
    }

    private static IEnumerable<string> Operators(ExceptionItem exception)
    {
        if (!exception.Comparisons.IsList) return [exception.Comparisons.Text];
        return exception.Comparisons.Items.SelectMany(static c => c.IsList ? c.Items.Select(static i => i.Text) : [c.Text]);
    }

    private static void Array(Utf8JsonWriter json, string key, IEnumerable<string> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
