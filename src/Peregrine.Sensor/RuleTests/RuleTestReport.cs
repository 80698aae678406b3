using System.Globalization;
using System.Text;
using Peregrine.Rules;

namespace Peregrine.Sensor.RuleTests;

/// <summary>Results of tests for people.</summary>
internal static class RuleTestReport
{
    /// <summary>A line for the test and, when it failed, what was expected and what came instead.</summary>
    public static string Of(RuleTestFile file, RuleTestResult result, Palette palette)
    {
        var text = new StringBuilder(result.Passed ? palette.Green("✓") : palette.Red("✗")).Append(' ').Append(result.Test.Name);
        if (result.Passed) return text.Append('\n').ToString();
        text.Append("  ").Append(palette.Dim(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{result.Test.Line}"))).Append('\n');
        foreach (var line in Failure(file, result, palette)) text.Append("    ").Append(line).Append('\n');
        return text.ToString();
    }

    /// <summary>Why a test failed, line by line.</summary>
    public static IEnumerable<string> Failure(RuleTestFile file, RuleTestResult result, Palette palette = default)
    {
        if (result.Problem is { } problem)
        {
            foreach (var line in problem.Split('\n')) yield return line;
            yield break;
        }
        foreach (var check in result.Checks.Where(static c => !c.IsMet))
        {
            foreach (var line in Unmet(check, palette)) yield return line;
            if (check.Seen == 0) yield return palette.Green("→") + $" peregrine explain {string.Join(' ', file.Rules.Select(static r => "-r " + Quoted(r)))} --rule {Quoted(check.Expected.Rule)} -e {Quoted(result.Test.Capture)}";
        }
        if (result.Test.AllowsOthers) yield break;
        foreach (var alerts in result.Unexpected)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{alerts.Rule}: {alerts.Count} {(alerts.Count == 1 ? "alert that nothing" : "alerts that nothing")} here expects, {(alerts.Count == 1 ? "at" : "the first at")} event {alerts.Event}:");
            yield return palette.Red("  + " + ExplanationText.Printable(alerts.Output));
        }
    }

    public static string Summary(IReadOnlyCollection<RuleTestResult> results, Palette palette)
    {
        var failed = results.Count(static r => !r.Passed);
        var text = string.Create(CultureInfo.InvariantCulture, $"{results.Count} {(results.Count == 1 ? "test" : "tests")}: {results.Count - failed} passed, {failed} failed");
        return (failed == 0 ? palette.Green(text) : palette.Red(text)) + "\n";
    }

    private static IEnumerable<string> Unmet(AlertCheck check, Palette palette)
    {
        var expected = check.Expected;
        var got = check.Count == 0 ? "got none" : $"got {check.Count}";
        if (check.Nearest.Count == 0)
        {
            yield return $"{expected.Rule}: expected {expected.Count}, {got}" + (check.Count > 0 ? $", the last at event {check.Event}" : "");
            yield break;
        }
        yield return $"{expected.Rule}: expected {expected.Count}, {got} that {(expected.Least == 1 ? "fits" : "fit")}; of {check.Seen} the nearest is at event {check.Event}:";
        foreach (var (what, wanted, actual) in check.Nearest)
        {
            yield return $"    {what}";
            yield return palette.Green("  - " + wanted);
            yield return palette.Red("  + " + (actual is null ? "no value" : ExplanationText.Printable(actual)));
        }
    }

    private static string Quoted(string word) => word.All(static c => char.IsLetterOrDigit(c) || "/._-+:@".Contains(c, StringComparison.Ordinal)) ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
