using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

internal sealed partial class RuleReader
{
    private static readonly string[] RuleKeys =
    [
        "rule", "condition", "output", "desc", "priority", "source", "enabled", "capture", "capture_duration", "warn_evttypes", "skip-if-unknown-filter", "tags",
        "exceptions", "override", "append",
    ];

    private static readonly string[] Appendable = ["condition", "output", "desc", "tags", "exceptions"];

    private static readonly string[] Replaceable =
    [
        "condition", "output", "desc", "priority", "tags", "exceptions", "enabled", "capture", "capture_duration", "warn_evttypes", "skip-if-unknown-filter",
    ];

    private void ReadRule(YamlNode item, LoadContext file)
    {
        var name = ItemValues.Text(item, "rule", file.Item(item, LoadItemType.Rule));
        var context = file.Item(item, LoadItemType.Rule, name);
        var append = ReadAppendKey(item, context);
        var overrides = Overrides.Read(item, Appendable, Replaceable, context);
        if (append && overrides.Any) throw ItemValues.Invalid(LoadTexts.OverrideWithAppend, context);
        if (overrides.Any) ReadOverriding(item, name, overrides, context);
        else if (append) ReadAppending(item, name, context);
        else if (IsToggle(item)) ReadToggle(item, name, context);
        else ReadDefinition(item, name, context);
        WarnUnknownKeys(item, RuleKeys, context);
    }

    private static bool IsToggle(YamlNode item) =>
        item.Find("condition") is null && item.Find("output") is null && item.Find("desc") is null && item.Find("priority") is null;

    private void ReadToggle(YamlNode item, string name, LoadContext context)
    {
        var enabled = ItemValues.Flag(item, "enabled", context);
        result.Add(LoadWarningCode.DeprecatedItem, LoadTexts.EnabledIsDeprecated, context);
        collector.Enable(name, enabled, context);
    }

    private void ReadDefinition(YamlNode item, string name, LoadContext context)
    {
        var condition = ItemValues.Text(item, "condition", context);
        var output = ItemValues.Text(item, "output", context);
        var description = ItemValues.Text(item, "desc", context);
        var rule = new RuleItem(name, context)
        {
            Condition = condition,
            ConditionContext = context.Item(item.Find("condition")!, LoadItemType.RuleCondition),
            Output = output.Trim(' ', '\t', '\n', '\v', '\f', '\r'),
            OutputContext = context.Item(item.Find("output")!, LoadItemType.RuleOutput),
            Description = description,
            Priority = ItemValues.Priority(item, context),
            Source = ItemValues.OptionalText(item, "source", context) ?? RuleSource.Syscall,
            Enabled = ItemValues.Flag(item, "enabled", context, absent: true),
            Capture = ItemValues.Flag(item, "capture", context, absent: false),
            CaptureDuration = item.Find("capture_duration") is null ? 0 : ItemValues.Number(item, "capture_duration", context),
            WarnEventTypes = ItemValues.Flag(item, "warn_evttypes", context, absent: true),
            SkipUnknown = ItemValues.Flag(item, "skip-if-unknown-filter", context, absent: false),
            Tags = ItemValues.Tags(item, context),
            Exceptions = ReadExceptions(item, context, appending: false),
        };
        collector.Define(rule);
    }

    /// <summary>The old form: only the condition and the exceptions are looked at.</summary>
    private void ReadAppending(YamlNode item, string name, LoadContext context)
    {
        var change = new RuleChange(name, context);
        if (item.Find("condition") is not null) ReadCondition(item, change);
        if (item.Find("exceptions") is not null) change.Exceptions = ReadExceptions(item, context, appending: true);
        collector.Append(change);
    }

    private void ReadOverriding(YamlNode item, string name, Overrides overrides, LoadContext context)
    {
        var unused = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in Replaceable)
            if (item.Find(key) is not null) unused.Add(key);
        if (overrides.Appended.Count > 0) collector.Append(ReadChange(item, name, overrides.Appended, context, unused, appending: true));
        if (overrides.Replaced.Count > 0) collector.Replace(ReadChange(item, name, overrides.Replaced, context, unused, appending: false));
        foreach (var key in unused)
            throw ItemValues.Invalid($"Unexpected key '{key}': no corresponding entry under 'override' is defined.", context.Item(item.Find(key)!, LoadItemType.Override, key));
    }

    private RuleChange ReadChange(YamlNode item, string name, SortedSet<string> asked, LoadContext context, SortedSet<string> unused, bool appending)
    {
        var change = new RuleChange(name, context);
        foreach (var key in ChangeOrder)
            if (asked.Contains(key)) ReadChange(item, key, change, unused, appending);
        return change;
    }

    /// <summary>The order in which missing keys are noticed.</summary>
    private static readonly string[] ChangeOrder =
    [
        "condition", "exceptions", "output", "desc", "tags", "priority", "enabled", "capture", "capture_duration", "warn_evttypes", "skip-if-unknown-filter",
    ];

    private void ReadChange(YamlNode item, string key, RuleChange change, SortedSet<string> unused, bool appending)
    {
        var context = change.Context;
        if (!unused.Remove(key))
            throw ItemValues.Invalid($"An {(appending ? "append" : "replace")} override for '{key}' was specified but '{key}' is not defined", context);
        switch (key)
        {
            case "condition":
                ReadCondition(item, change);
                break;
            case "exceptions":
                change.Exceptions = ReadExceptions(item, context, appending);
                break;
            case "output":
                change.Output = ItemValues.Text(item, key, context);
                break;
            case "desc":
                change.Description = ItemValues.Text(item, key, context);
                break;
            case "tags":
                change.Tags = ItemValues.Tags(item, context);
                break;
            case "priority":
                change.Priority = ItemValues.Priority(item, context);
                break;
            case "enabled":
                change.Enabled = ItemValues.Flag(item, key, context);
                break;
            case "capture":
                change.Capture = ItemValues.Flag(item, key, context);
                break;
            case "capture_duration":
                change.CaptureDuration = ItemValues.Number(item, key, context);
                break;
            case "warn_evttypes":
                change.WarnEventTypes = ItemValues.Flag(item, key, context);
                break;
            default:
                change.SkipUnknown = ItemValues.Flag(item, key, context);
                break;
        }
    }

    /// <summary>A condition comes with the source that it was written for.</summary>
    private static void ReadCondition(YamlNode item, RuleChange change)
    {
        change.Condition = ItemValues.Text(item, "condition", change.Context);
        change.Source = ItemValues.OptionalText(item, "source", change.Context);
    }
}
