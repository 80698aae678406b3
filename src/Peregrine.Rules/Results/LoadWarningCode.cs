namespace Peregrine.Rules;

/// <summary>What a rule file loads with, but should not have.</summary>
public enum LoadWarningCode : byte
{
    UnknownSource,
    UnsafeNaCheck,
    NoEvttype,
    UnknownFilter,
    UnusedMacro,
    UnusedList,
    UnknownItem,
    DeprecatedItem,
    WarningExtension,
    AppendNoValues,
    ExceptionNameNotUnique,
    InvalidMacroName,
    InvalidListName,
    CompileCondition,
    UnknownKey,
}

/// <summary>The names and texts of the codes, which scripts around rule files look for.</summary>
public static class LoadWarningCodes
{
    private static readonly (string Code, string Text, string Description)[] Table =
    [
        ("LOAD_UNKNOWN_SOURCE", "Unknown event source",
            "A rule has a unknown event source. This can occur when reading rules content without having a corresponding plugin loaded, etc. The rule will be silently ignored."),
        ("LOAD_UNSAFE_NA_CHECK", "Unsafe <NA> comparison in condition",
            "Comparing a field value with <NA> is unsafe and can lead to unpredictable behavior of the rule condition. If you need to check for the existence of a field, consider using the 'exists' operator instead."),
        ("LOAD_NO_EVTTYPE", "Condition has no event-type restriction",
            "A rule condition matches too many evt.type values. This has a significant performance penalty. Make the condition more specific by adding an evt.type field or further restricting the number of evt.type values in the condition."),
        ("LOAD_UNKNOWN_FILTER", "Unknown field or event-type in condition or output",
            "A rule condition or output refers to a field or evt.type that does not exist. This is normally an error, but if a rule has a skip-if-unknown-filter property, the error is downgraded to a warning."),
        ("LOAD_UNUSED_MACRO", "Unused macro", "A macro is defined in the rules content but is not used by any other macro or rule."),
        ("LOAD_UNUSED_LIST", "Unused list", "A list is defined in the rules content but is not used by any other list, macro, or rule."),
        ("LOAD_UNKNOWN_ITEM", "Unknown rules file item", "An unknown top-level object is in the rules content. It will be ignored."),
        ("LOAD_DEPRECATED_ITEM", "Used deprecated item", "A deprecated item is employed by lists, macros, or rules."),
        ("LOAD_WARNING_EXTENSION", "Warning in extension item", "An extension item has a warning"),
        ("LOAD_APPEND_NO_VALUES", "Overriding/appending with no values", "A rule exception is overriding/appending with no values"),
        ("LOAD_EXCEPTION_NAME_NOT_UNIQUE", "Multiple exceptions defined with the same name", "A rule is defining multiple exceptions with the same name"),
        ("LOAD_INVALID_MACRO_NAME", "Invalid macro name", "A macro is defined with an invalid name"),
        ("LOAD_INVALID_LIST_NAME", "Invalid list name", "A list is defined with an invalid name"),
        ("LOAD_COMPILE_CONDITION", "Warning in rule condition", "A rule condition or output have been parsed with a warning"),
        ("LOAD_UNKNOWN_KEY", "Unknown key in item definition",
            "An item in the rules content contains an unrecognized key. The key will be ignored. This may indicate a typo or a property placed on the wrong item type."),
    ];

    public static string Code(LoadWarningCode code) => Table[(int)code].Code;

    public static string Text(LoadWarningCode code) => Table[(int)code].Text;

    public static string Description(LoadWarningCode code) => Table[(int)code].Description;
}
