using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Peregrine.Rules;

/// <summary>
/// Results for people: per file the errors, then warnings grouped by what they say, each with its place (line and column from 1, as editors count), the text with a caret, and how to
/// mend it; at the end the counts in one line.
/// </summary>
public sealed class ValidationReport
{
    /// <summary>Places shown of one warning; the rest is counted.</summary>
    private const int ShownPlaces = 5;

    private readonly IReadOnlyList<ValidatedFile> _files;

    /// <param name="loader">What the files were loaded with.</param>
    /// <param name="results">What loading each gave, in order.</param>
    public ValidationReport(RuleLoader loader, IReadOnlyList<LoadResult> results)
    {
        ArgumentNullException.ThrowIfNull(loader);
        (_files, PluginProblem) = (ValidationFindings.Of(loader, results), loader.CheckPlugins());
    }

    /// <summary>What is wrong with the plugins that the files ask for; null when nothing is.</summary>
    public string? PluginProblem { get; }

    public int Errors => _files.Sum(static f => f.Errors.Count()) + (PluginProblem is null ? 0 : 1);

    public int Warnings => _files.Sum(static f => f.Warnings.Count());

    public string WriteText(Palette palette)
    {
        var text = new StringBuilder();
        foreach (var file in _files) File(text, palette, file);
        if (PluginProblem is not null) text.Append(palette.Red("error")).Append(' ').Append(PluginProblem).Append("\n\n");
        var summary = $"{Count(_files.Count, "file")}: {Counts(Errors, Warnings)}";
        return text.Append(Errors > 0 ? palette.Red(summary) : Warnings > 0 ? palette.Yellow(summary) : palette.Green(summary)).Append('\n').ToString();
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteBoolean("valid", Errors == 0);
        json.WriteNumber("errors", Errors);
        json.WriteNumber("warnings", Warnings);
        if (PluginProblem is not null) json.WriteString("plugin_error", PluginProblem);
        json.WriteStartArray("files");
        foreach (var file in _files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteBoolean("valid", file.IsValid);
            json.WriteStartArray("errors");
            foreach (var error in file.Errors) Finding(json, file, error);
            json.WriteEndArray();
            json.WriteStartArray("warnings");
            foreach (var warning in file.Warnings) Finding(json, file, warning);
            json.WriteEndArray();
            json.WriteStartArray("schema");
            foreach (var finding in file.Schema) json.WriteStringValue(finding);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter json, ValidatedFile file, ValidationFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("code", finding.Code);
        json.WriteString("message", finding.Message);
        json.WriteString("hint", finding.Hint);
        json.WriteNumber("line", finding.Place.Position.Line + 1);
        json.WriteNumber("column", finding.Place.Position.Column + 1);
        if (finding.Item.Length > 0) json.WriteString("item", finding.Item);
        json.WriteString("snippet", string.Join('\n', finding.Lines(file.Content)));
        json.WriteEndObject();
    }

    private static void File(StringBuilder text, Palette palette, ValidatedFile file)
    {
        var (errors, warnings) = (file.Errors.Count(), file.Warnings.Count());
        var outcome = !file.IsValid ? palette.Red("invalid") : warnings > 0 ? palette.Yellow("valid") : palette.Green("valid");
        text.Append(palette.Bold(file.Name)).Append(": ").Append(outcome).Append(errors + warnings > 0 ? $", {Counts(errors, warnings)}\n" : "\n");
        foreach (var group in file.Findings.OrderByDescending(static f => f.IsError).GroupBy(static f => (f.IsError, f.Code, f.Message, f.Hint)))
        {
            var (isError, code, message, hint) = group.Key;
            text.Append("\n  ").Append(isError ? palette.Red("error") : palette.Yellow("warning")).Append(' ').Append(message).Append("  ").Append(palette.Dim(code)).Append('\n');
            Places(text, palette, file, [.. group]);
            text.Append("    ").Append(palette.Green("→")).Append(' ').Append(hint).Append('\n');
        }
        Schema(text, palette, file.Schema);
        text.Append('\n');
    }

    private static void Places(StringBuilder text, Palette palette, ValidatedFile file, List<ValidationFinding> findings)
    {
        foreach (var finding in findings.Take(ShownPlaces))
        {
            var position = finding.Place.Position;
            text.Append("    ").Append(palette.Dim(string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{position.Line + 1}:{position.Column + 1}"))).Append(finding.Item.Length > 0 ? " in " : "").Append(finding.Item).Append('\n');
        }
        if (findings.Count > ShownPlaces) text.Append(CultureInfo.InvariantCulture, $"    and {findings.Count - ShownPlaces} more\n");
        if (findings.Count > 1) return;
        var lines = findings[0].Lines(file.Content);
        for (var i = 0; i < lines.Length; i++) text.Append("    ").Append(palette.Dim("|")).Append(' ').Append(i > 0 && i == lines.Length - 1 ? palette.Red(lines[i]) : lines[i]).Append('\n');
    }

    private static void Schema(StringBuilder text, Palette palette, IReadOnlyList<string> findings)
    {
        if (findings.Count == 0) return;
        text.Append('\n');
        foreach (var finding in findings.Take(ShownPlaces)) text.Append("  ").Append(palette.Dim("schema")).Append(' ').Append(finding).Append('\n');
        if (findings.Count > ShownPlaces) text.Append(CultureInfo.InvariantCulture, $"    and {findings.Count - ShownPlaces} more\n");
        text.Append("    ").Append(palette.Green("→")).Append(" peregrine schema rules prints which keys and values the format has\n");
    }

    private static string Counts(int errors, int warnings) => (errors, warnings) switch
    {
        (0, 0) => "no errors, no warnings",
        (0, _) => Count(warnings, "warning"),
        (_, 0) => Count(errors, "error"),
        _ => $"{Count(errors, "error")}, {Count(warnings, "warning")}",
    };

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
