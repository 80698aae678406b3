using Peregrine.Events;
using Peregrine.Rules.Schema;

namespace Peregrine.Rules;

/// <summary>Says how to mend a finding, in a line of our own that people see below it. The compatible outputs do not have it.</summary>
public sealed class Hints
{
    private readonly RuleLoader _loader;
    private readonly List<string> _fields;

    public Hints(RuleLoader loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        _loader = loader;
        _fields = [.. loader.Options.Sources.SelectMany(static s => s.Fields.Fields).Select(static f => f.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>How to mend an error.</summary>
    public string For(LoadError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Specific(error.Message) ?? error.Code switch
        {
            LoadErrorCode.FileRead => "check that the file exists and that the sensor may read it",
            LoadErrorCode.YamlParse => Yaml(error.Message),
            LoadErrorCode.YamlValidate => "compare the item with the rules around it: every key has one type, shown by --rule-schema",
            LoadErrorCode.CompileCondition => "the caret shows how far the condition was understood; docs/fields.md lists the fields",
            LoadErrorCode.CompileOutput => "fields in an output are written %field or %field[argument]; peregrine --list shows them all",
            _ => "compare the item with the ones it refers to: names are case-sensitive, and files are read in order",
        };
    }

    /// <summary>How to mend a warning.</summary>
    public string For(LoadWarning warning)
    {
        ArgumentNullException.ThrowIfNull(warning);
        return Specific(warning.Message) ?? warning.Code switch
        {
            LoadWarningCode.UnknownSource => "load the plugin that provides the source, or correct the rule's source",
            LoadWarningCode.UnsafeNaCheck => "ask 'not <field> exists' instead of comparing with <NA>",
            LoadWarningCode.NoEvttype => "begin the condition with 'evt.type in (…) and', or set warn_evttypes: false if every event is meant",
            LoadWarningCode.UnknownFilter => "the rule does not run; load the plugin that has the field, or correct the name",
            LoadWarningCode.UnusedMacro or LoadWarningCode.UnusedList => "remove it, or check the spelling where it should be used",
            LoadWarningCode.DeprecatedItem => "replace it before it stops working",
            LoadWarningCode.AppendNoValues => "give the exception a 'values' list",
            LoadWarningCode.ExceptionNameNotUnique => "give each exception of the rule a name of its own",
            LoadWarningCode.InvalidMacroName => "use letters, digits and underscores, beginning with a letter: other names cannot be referred to",
            LoadWarningCode.InvalidListName => "use a name without blanks, quotes, parentheses, commas and equals signs: others cannot be referred to",
            LoadWarningCode.CompileCondition => "write val(field) to compare with a field, or another operator where the text says so",
            _ => "remove it, or check its spelling",
        };
    }

    private string? Specific(string message)
    {
        if (After(message, "nonexistent field ") is { } field) return Field(field);
        if (Between(message, "'", "' is not a supported filter field") is { } exceptionField) return Field(exceptionField);
        if (After(message, "unknown event type ") is { } type) return Guess(type, Events(), "event types are the names that peregrine --list-events shows");
        if (Between(message, "Undefined macro '", "'") is { } macro) return Macro(macro);
        if (Between(message, "reference loop in macro '", "'") is { } loop) return $"a macro cannot name itself; put the old condition of '{loop}' in, or append with 'override: {{condition: append}}'";
        if (Between(message, "Item has no mapping for key '", "'") is { } missing) return $"add '{missing}:' to the item";
        if (Between(message, "Mapping for key '", "' is empty") is { } empty) return $"give '{empty}' a value, or remove the key";
        if (Between(message, "Unknown key '", "'") is { } key) return Guess(key, RuleSchema.Keys, "keys that the format does not have are ignored");
        if (Between(message, "Key '", "' cannot be") is { } overridden) return Guess(overridden, RuleSchema.OverridableKeys, "not every key can be overridden this way");
        if (Between(message, "'", "' is not a supported comparison operator") is { } op) return Guess(op, Operators(), "use an operator of conditions, or one on texts with oneof, anyof or allof");
        if (message == "Invalid priority") return "priorities are EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO and DEBUG";
        if (message.StartsWith("Rules require engine version", StringComparison.Ordinal)) return "update the sensor, or use the rules' release for this version";
        if (message.Contains("no rule by that name", StringComparison.Ordinal)) return "load the file that defines the rule before this one; names are case-sensitive";
        if (message.StartsWith("Unexpected key '", StringComparison.Ordinal)) return "list the key under 'override' with append or replace";
        if (message.StartsWith("unexpected token after", StringComparison.Ordinal)) return "join checks with 'and' or 'or'; a value with blanks or commas must stand in quotes";
        if (message.StartsWith("expected a ')'", StringComparison.Ordinal)) return "a parenthesis is not closed, or a list holds a value that must stand in quotes";
        if (message.StartsWith("invalid regex pattern", StringComparison.Ordinal)) return "patterns follow POSIX egrep, without \\d, look-around and back references";
        return null;
    }

    private string Field(string field)
    {
        var name = field.Split('[')[0].Trim();
        var source = _loader.Options.Plugins.Count == 0 ? "" : " or loads the plugin that has it";
        return Guess(name, _fields, $"no source knows the field; peregrine --list shows those that exist{source}");
    }

    private string Macro(string name)
    {
        if (_loader.Collector.Lists.Contains(name)) return $"'{name}' is a list: write '<field> in ({name})'";
        if (_loader.Collector.Macros.Contains(name)) return $"macro '{name}' is defined after the macro that uses it; move it up";
        return Guess(name, _loader.Collector.Macros.All.Select(static m => m.Name).Concat(_loader.Collector.Lists.All.Select(static l => l.Name)),
            "define the macro, or quote the word if it is a value");
    }

    private static string Yaml(string message)
    {
        if (message.EndsWith("illegal map value", StringComparison.Ordinal)) return "a text with ': ' in it must stand in quotes, and keys of one item must start in the same column";
        if (message.Contains("tab", StringComparison.Ordinal)) return "indent with blanks, not tabs";
        if (message.EndsWith("flow not found", StringComparison.Ordinal)) return "a bracket or brace is not closed, or a comma is missing";
        if (message.EndsWith("EOF in scalar", StringComparison.Ordinal)) return "a quote is not closed";
        return "check indentation and quotes around this line";
    }

    private static string Guess(string name, IEnumerable<string> known, string otherwise)
    {
        var nearest = NearestName.Of(name, known);
        return nearest.Count == 0 ? otherwise : $"did you mean {string.Join(" or ", nearest)}?";
    }

    private static IEnumerable<string> Events()
    {
        var names = new List<string>();
        foreach (var e in EventSchema.Events) names.Add(e.Name);
        foreach (var s in EventSchema.Syscalls) names.Add(s.Name);
        return names;
    }

    private static IEnumerable<string> Operators() => Filters.OperatorToken.All.Select(static o => o.Text);

    private static string? After(string message, string lead)
    {
        var at = message.IndexOf(lead, StringComparison.Ordinal);
        return at < 0 ? null : message[(at + lead.Length)..];
    }

    private static string? Between(string message, string lead, string trail)
    {
        if (After(message, lead) is not { } rest) return null;
        var end = rest.IndexOf(trail, StringComparison.Ordinal);
        return end < 0 ? null : rest[..end];
    }
}
