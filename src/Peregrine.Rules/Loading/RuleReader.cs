using Peregrine.Rules.Schema;
using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>Reads the items of one file and gives them to the collector, in order, up to the first error.</summary>
internal sealed partial class RuleReader(RuleCollector collector, LoadResult result)
{
    private static readonly string[] ListKeys = ["list", "items", "append", "override"];
    private static readonly string[] MacroKeys = ["macro", "condition", "append", "override"];

    /// <summary>Reads the file; false when it has an error, which is then in the result.</summary>
    public bool Read()
    {
        var file = new LoadContext(result.Name);
        try
        {
            foreach (var document in Documents(file))
            {
                if (document.IsNull) continue;
                if (!document.IsMap && !document.IsSequence) throw ItemValues.Invalid("Rules content is not yaml", file);
                if (!document.IsSequence) throw ItemValues.Invalid("Rules content is not yaml array of objects", file);
                foreach (var item in document.Items)
                    if (!item.IsNull) ReadItem(item, file);
            }
            return true;
        }
        catch (LoadException e)
        {
            result.Add(e.Code, e.Message, e.Context);
        }
        catch (YamlConversionException e)
        {
            result.Add(LoadErrorCode.Validate, e.Message, file);
        }
        return false;
    }

    private IReadOnlyList<YamlNode> Documents(LoadContext file)
    {
        try
        {
            var documents = YamlDocuments.Read(result.Content);
            var findings = new List<string>();
            foreach (var document in documents) SchemaValidator.Validate(document, RuleSchema.File, findings);
            result.SetSchema(findings);
            return documents;
        }
        catch (YamlException e)
        {
            throw new LoadException(LoadErrorCode.YamlParse, e.Message, file.At(e.Mark, LoadItemType.ValueFor));
        }
        catch (YamlConversionException e)
        {
            throw new LoadException(LoadErrorCode.YamlParse, e.Message, file);
        }
    }

    /// <summary>The first key of this order that an item has decides what it is.</summary>
    private void ReadItem(YamlNode item, LoadContext file)
    {
        if (!item.IsMap)
            throw ItemValues.Invalid("Unexpected element type. Each element should be a yaml associative array.", file.Item(item, LoadItemType.RulesContentItem));
        if (item.Find("required_engine_version") is not null) ReadEngineVersion(item, file);
        else if (item.Find("required_plugin_versions") is { } plugins) ReadPluginVersions(item, plugins, file);
        else if (item.Find("list") is not null) ReadList(item, file);
        else if (item.Find("macro") is not null) ReadMacro(item, file);
        else if (item.Find("rule") is not null) ReadRule(item, file);
        else result.Add(LoadWarningCode.UnknownItem, "Unknown top level item", file.Item(item, LoadItemType.RulesContentItem));
    }

    private void ReadList(YamlNode item, LoadContext file)
    {
        var name = ItemValues.Text(item, "list", file.Item(item, LoadItemType.List));
        var context = file.Item(item, LoadItemType.List, name);
        if (!ItemNames.IsListName(name))
            result.Add(LoadWarningCode.InvalidListName, "List has an invalid name. List names should match a regular expression: ([^()\"'[:space:]=,]+)", context);
        var list = new ListItem(name, context) { Items = ItemValues.Texts(item, "items", context) };
        if (ReadAppends(item, "items", context)) collector.Append(list);
        else collector.Define(list);
        WarnUnknownKeys(item, ListKeys, context);
    }

    private void ReadMacro(YamlNode item, LoadContext file)
    {
        var name = ItemValues.Text(item, "macro", file.Item(item, LoadItemType.Macro));
        var context = file.Item(item, LoadItemType.Macro, name);
        if (!ItemNames.IsMacroName(name))
            result.Add(LoadWarningCode.InvalidMacroName, "Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)", context);
        var macro = new MacroItem(name, context)
        {
            Condition = ItemValues.Text(item, "condition", context),
            ConditionContext = context.Item(item.Find("condition")!, LoadItemType.MacroCondition),
        };
        if (ReadAppends(item, "condition", context)) collector.Append(macro);
        else collector.Define(macro);
        WarnUnknownKeys(item, MacroKeys, context);
    }

    /// <summary>Whether a list or macro is appended to, by the old key or by <c>override</c>.</summary>
    private bool ReadAppends(YamlNode item, string key, LoadContext context)
    {
        var append = ReadAppendKey(item, context);
        var overrides = Overrides.Read(item, [key], [key], context);
        if (append && overrides.Any) throw ItemValues.Invalid(LoadTexts.OverrideWithAppend, context);
        return append || overrides.Appended.Contains(key);
    }

    private bool ReadAppendKey(YamlNode item, LoadContext context)
    {
        if (!ItemValues.Flag(item, "append", context, absent: false)) return false;
        result.Add(LoadWarningCode.DeprecatedItem, LoadTexts.AppendIsDeprecated, context);
        return true;
    }

    private void WarnUnknownKeys(YamlNode item, ReadOnlySpan<string> known, LoadContext context)
    {
        foreach (var entry in item.Entries)
        {
            var key = YamlValue.Text(entry.Key);
            if (!known.Contains(key)) result.Add(LoadWarningCode.UnknownKey, $"Unknown key '{key}'. The key will be ignored.", context);
        }
    }
}
