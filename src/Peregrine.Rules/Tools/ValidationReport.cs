using System.Globalization;
using System.Text;

namespace Peregrine.Rules;

/// <summary>
/// Results for people: per file the errors, then warnings grouped by what they say, each with its place (line and column from 1, as editors count), the text with a caret, and how to
/// mend it.
/// </summary>
public sealed class ValidationReport
{
    /// <summary>Places shown of one warning; the rest is counted.</summary>
    private const int ShownPlaces = 5;

    private readonly Hints _hints;
    private readonly bool _colours;
    private readonly StringBuilder _text = new();

    private ValidationReport(RuleLoader loader, bool colours) => (_hints, _colours) = (new Hints(loader), colours);

    public static string Write(RuleLoader loader, IReadOnlyList<LoadResult> results, bool colours)
    {
        ArgumentNullException.ThrowIfNull(results);
        var report = new ValidationReport(loader, colours);
        foreach (var result in results) report.File(result);
        if (loader.CheckPlugins() is { } problem) report.Line(report.Red("error") + " " + problem);
        report.Summary(results);
        return report._text.ToString();
    }

    private void File(LoadResult result)
    {
        var outcome = !result.Successful ? Red("invalid") : result.Warnings.Count + result.Advice.Count > 0 ? Yellow("valid, with warnings") : Green("valid");
        Line($"{Bold(result.Name)}: {outcome}");
        foreach (var error in result.Errors)
        {
            Line("");
            Line($"  {Red("error")} {error.Message}  {Dim(LoadErrorCodes.Code(error.Code))}");
            Place(result, error.Context);
            Hint(_hints.For(error));
        }
        foreach (var group in result.Warnings.GroupBy(static w => (w.Code, Message: w.Message.Length > 0 ? w.Message : LoadWarningCodes.Description(w.Code))))
            Group(result, group.Key.Message, LoadWarningCodes.Code(group.Key.Code), _hints.For(group.First()), [.. group.Select(static w => w.Context)]);
        foreach (var group in result.Advice.GroupBy(static a => (a.CodeName, a.Message, a.Mend)))
            Group(result, group.Key.Message, group.Key.CodeName, group.Key.Mend, [.. group.Select(static a => a.Context)]);
        foreach (var schema in result.SchemaWarnings.Take(ShownPlaces)) Line($"  {Dim("schema")} {schema}");
        if (result.SchemaWarnings.Count > ShownPlaces) Line($"  {Dim($"schema: {result.SchemaWarnings.Count - ShownPlaces} more")}");
        Line("");
    }

    private void Group(LoadResult result, string message, string code, string hint, List<LoadContext> places)
    {
        Line("");
        Line($"  {Yellow("warning")} {message}  {Dim(code)}");
        if (places.Count == 1) Place(result, places[0]);
        else foreach (var place in places.Take(ShownPlaces)) Line($"    {Where(place)}");
        if (places.Count > ShownPlaces) Line($"    and {places.Count - ShownPlaces} more");
        Hint(hint);
    }

    private void Place(LoadResult result, LoadContext context)
    {
        Line($"    {Where(context)}");
        var text = context.Condition is null ? result.Content : Encoding.UTF8.GetBytes(context.Condition);
        // In the compatible output the caret is moved by the place of the item; here it stands below what is meant.
        var offset = context.Last.Position.Offset - (context.Condition is null ? 0 : context.Locations[^2].Position.Offset);
        var lines = Snippet.Of(text, offset).TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length; i++) Line($"    {Dim("|")} {(i == lines.Length - 1 && lines.Length > 1 ? Red(lines[i]) : lines[i])}");
    }

    private string Where(LoadContext context)
    {
        // A condition's place in the file is where its text begins: folding has moved what is inside.
        var location = context.Locations.Last(l => l.Type != LoadItemType.ConditionExpression);
        var item = context.Locations.LastOrDefault(static l => l.ItemName.Length > 0);
        var what = item.ItemName is { Length: > 0 } name ? $" in {LoadItemTypes.Name(item.Type)} '{name}'" : "";
        return Dim(string.Create(CultureInfo.InvariantCulture, $"{location.Name}:{location.Position.Line + 1}:{location.Position.Column + 1}")) + what;
    }

    private void Hint(string hint) => Line($"    {Green("→")} {hint}");

    private void Summary(IReadOnlyList<LoadResult> results)
    {
        var errors = results.Sum(static r => r.Errors.Count);
        var warnings = results.Sum(static r => r.Warnings.Count + r.Advice.Count);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Count(results.Count, "file")}, {Count(errors, "error")}, {Count(warnings, "warning")}");
        Line(errors > 0 ? Red(text) : warnings > 0 ? Yellow(text) : Green(text));
    }

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private void Line(string line) => _text.Append(line).Append('\n');

    private string Red(string text) => Paint(text, 31);

    private string Green(string text) => Paint(text, 32);

    private string Yellow(string text) => Paint(text, 33);

    private string Bold(string text) => Paint(text, 1);

    private string Dim(string text) => Paint(text, 2);

    private string Paint(string text, int code) => _colours ? $"\e[{code}m{text}\e[0m" : text;
}
