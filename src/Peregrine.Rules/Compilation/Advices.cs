using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>The words of our own warnings.</summary>
internal static class Advices
{
    public static Advice ListNameInQuotes(string list, RulesSemantics semantics, LoadContext context) => new(
        AdviceCode.ListNameInQuotes,
        semantics == RulesSemantics.Strict
            ? $"the name of list '{list}' stands in quotes and is taken as text; Falco would put the list's items there"
            : $"the name of list '{list}' stands in quotes, and the list's items take its place",
        "rename the list, or set rules_semantics: strict to keep quoted text as it is",
        context);

    public static Advice AppendBindsToLastOr(RulesSemantics semantics, LoadContext context) => new(
        AdviceCode.AppendBindsToLastOr,
        semantics == RulesSemantics.Strict
            ? "the appended 'and' applies to the whole condition; Falco would apply it to the last part of its 'or' only"
            : "the appended 'and' applies to the last part of the condition's 'or' only",
        "put the condition that is appended to in parentheses, or set rules_semantics: strict",
        context);

    /// <summary>Null for warnings that are no matter of rule files.</summary>
    public static Advice? Of(FilterWarning warning, LoadContext context) => warning.Kind switch
    {
        FilterWarningKind.FirstNetworkOnly => new(AdviceCode.FdNetFirstOnly, warning.Message,
            "compare with 'or', use fd.cnet, fd.snet, fd.lnet or fd.rnet, or set rules_semantics: strict", context),
        FilterWarningKind.TransformedListNeverEqual => new(AdviceCode.TransformedListNeverEqual, warning.Message,
            "compare the field without the transformer, or set rules_semantics: strict", context),
        FilterWarningKind.NumberOutOfRange => new(AdviceCode.NumberOutOfRange, warning.Message, "use a number that the field's type can hold", context),
        _ => null,
    };
}
