namespace Peregrine.Rules;

/// <summary>What part of a rule file a place lies in.</summary>
public enum LoadItemType : byte
{
    ValueFor,
    Exceptions,
    Exception,
    ExceptionValues,
    ExceptionValue,
    RulesContent,
    RulesContentItem,
    RequiredEngineVersion,
    RequiredPluginVersions,
    RequiredPluginVersionsEntry,
    RequiredPluginVersionsAlternative,
    List,
    ListItem,
    Macro,
    MacroCondition,
    Rule,
    RuleCondition,
    ConditionExpression,
    RuleOutput,
    RuleOutputExpression,
    RulePriority,
    Override,
    ExtensionItem,
}

internal static class LoadItemTypes
{
    private static readonly string[] Names =
    [
        "value for", "exceptions", "exception", "exception values", "exception value", "rules content", "rules content item", "required_engine_version",
        "required plugin versions", "required plugin versions entry", "required plugin versions alternative", "list", "list item", "macro", "macro condition",
        "rule", "rule condition", "condition expression", "rule output", "rule output expression", "rule priority", "overrides", "extension item",
    ];

    public static string Name(LoadItemType type) => Names[(int)type];
}
