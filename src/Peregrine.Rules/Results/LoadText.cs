using System.Globalization;
using System.Text;

namespace Peregrine.Rules;

/// <summary>Results as the reference's text.</summary>
internal static class LoadText
{
    private const string Rule = "------\n";

    /// <param name="result">The result.</param>
    /// <param name="hints">Says below each finding how to mend it; null for the reference's text alone.</param>
    public static string Write(LoadResult result, Hints? hints = null)
    {
        var text = Head(result);
        if (result.SchemaWarnings.Count > 0)
        {
            Section(text, result.SchemaWarnings.Count, "Schema warnings").Append(Rule);
            foreach (var warning in result.SchemaWarnings) text.Append(warning).Append('\n').Append(Rule);
        }
        if (result.Errors.Count > 0)
        {
            Section(text, result.Errors.Count, "Errors");
            foreach (var error in result.Errors)
                Finding(text, result, error.Context, $"{LoadErrorCodes.Code(error.Code)} ({LoadErrorCodes.Text(error.Code)}): {error.Message}", hints?.For(error));
        }
        if (result.Warnings.Count > 0)
        {
            Section(text, result.Warnings.Count, "Warnings");
            foreach (var warning in result.Warnings)
            {
                var about = warning.DeprecatedField is null ? "" : $": field '{warning.DeprecatedField}'";
                Finding(text, result, warning.Context, $"{LoadWarningCodes.Code(warning.Code)} ({LoadWarningCodes.Text(warning.Code)}{about}): {warning.Message}", hints?.For(warning));
            }
        }
        return text.ToString();
    }

    public static string WriteSummary(LoadResult result)
    {
        var text = Head(result);
        if (result.Errors.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n {result.Errors.Count} errors: [")
                .AppendJoin(' ', result.Errors.Select(static e => $"{LoadErrorCodes.Code(e.Code)} ({LoadErrorCodes.Text(e.Code)})")).Append(']');
        if (result.Warnings.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n {result.Warnings.Count} warnings: [")
                .AppendJoin(' ', result.Warnings.Select(static w => $"{LoadWarningCodes.Code(w.Code)} ({LoadWarningCodes.Text(w.Code)})")).Append(']');
        return text.ToString();
    }

    /// <summary>The way to a finding, one place a line.</summary>
    public static void Way(StringBuilder text, LoadContext context)
    {
        var lead = "In ";
        foreach (var location in context.Locations)
        {
            text.Append(lead).Append(LoadItemTypes.Name(location.Type));
            if (location.ItemName.Length > 0) text.Append(" '").Append(location.ItemName).Append('\'');
            text.Append(CultureInfo.InvariantCulture, $": ({location.Name}:{location.Position.Line}:{location.Position.Column})\n");
            lead = "    ";
        }
    }

    private static StringBuilder Head(LoadResult result) =>
        new StringBuilder(result.Name.Length > 0 ? result.Name + ": " : "")
            .Append(!result.Successful ? "Invalid" : result.Warnings.Count > 0 ? "Ok, with warnings" : "Ok");

    private static StringBuilder Section(StringBuilder text, int count, string title) =>
        text.Append(CultureInfo.InvariantCulture, $"\n{count} {title}:\n");

    private static void Finding(StringBuilder text, LoadResult result, LoadContext context, string message, string? hint)
    {
        Way(text, context);
        text.Append(Rule).Append(result.Snippet(context)).Append(Rule).Append(message).Append('\n');
        if (hint is not null) text.Append("→ ").Append(hint).Append('\n');
    }
}
