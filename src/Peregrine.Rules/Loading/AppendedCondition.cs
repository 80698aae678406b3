using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Joins a condition with what is appended to it: as text, with one blank, so that an <c>and</c> binds to the last operand of an <c>or</c>.</summary>
internal static class AppendedCondition
{
    public static string Join(string condition, string appended, RulesSemantics semantics, LoadContext context, LoadResult result)
    {
        if (!BeginsWithAnd(appended) || !IsOr(condition)) return $"{condition} {appended}";
        result.Add(Advices.AppendBindsToLastOr(semantics, context));
        return semantics == RulesSemantics.Strict ? $"({condition}) {appended}" : $"{condition} {appended}";
    }

    private static bool BeginsWithAnd(string text)
    {
        var start = text.AsSpan().TrimStart(" \t\b\r\n");
        return start.StartsWith("and") && start.Length > 3 && start[3] is ' ' or '\t' or '\b' or '\r' or '\n' or '(';
    }

    private static bool IsOr(string condition)
    {
        try
        {
            return ConditionParser.Parse(condition) is OrNode;
        }
        catch (ConditionSyntaxException)
        {
            // It only becomes a condition with what is still to come.
            return false;
        }
    }
}
