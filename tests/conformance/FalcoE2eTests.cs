using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Whole runs of the program: replays with their alerts, validations, command-line features. Each is run inside the test with its own standard output and error.</summary>
public sealed partial class FalcoE2eTests
{
    private const string Group = "3_falco_e2e";

    public static IEnumerable<TheoryDataRow<string>> Names() => ConformanceData.Names(Group);

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_behaves_as_the_reference(string name) => ConformanceData.Run(Group, name, test =>
    {
        // Without anything to compare with; the case says why.
        if (Notes(test) is { } note) throw new CaseSkippedException(note);
        using var files = new CaseFiles();
        var command = test.GetProperty("command").EnumerateArray().Skip(1).Select(a => files.Argument(a.GetString()!)).Concat(["-o", SensorRun.NoEngines]).ToArray();
        var kind = test.GetProperty("kind").GetString();
        if (test.TryGetProperty("reference", out var reference))
        {
            if (reference.TryGetProperty("load", out var load)) AssertLoads(load, command);
            if (kind == "cli") return;
            var run = SensorRun.Of(command);
            if (reference.TryGetProperty("exit_code", out var code)) Assert.Equal((code.GetInt32(), ""), (run.ExitCode, run.ExitCode == code.GetInt32() ? "" : run.Error));
            if (reference.TryGetProperty("stdout_lines", out var lines)) Assert.Equal(lines.GetInt32(), run.AlertLines.Length);
            if (kind == "replay") AssertAlerts(reference, command);
            if (test.TryGetProperty("upstream_holds_on_reference", out var holds) && holds.GetBoolean()) AssertTexts(test.GetProperty("upstream_expect"), run);
        }
        else
        {
            var run = SensorRun.Of(command);
            AssertTexts(test.GetProperty("upstream_expect"), run);
            if (!test.TryGetProperty("other_assertions", out var others)) return;
            foreach (var other in others.EnumerateArray())
                if (ContainsAssertion().Match(other.GetString()!) is { Success: true } contains) Assert.Contains(contains.Groups[1].Value, run.Out, StringComparison.Ordinal);
        }
    });

    private static string? Notes(JsonElement test)
    {
        if (test.TryGetProperty("reference", out _) || !test.TryGetProperty("notes", out var notes)) return null;
        var all = string.Join("; ", notes.EnumerateArray().Select(n => n.GetString()));
        return all.StartsWith("missing capture", StringComparison.Ordinal) ? "the capture to replay is not among the files of the cases" : all;
    }

    /// <summary>The results of loading the files are those of the reference, in the JSON that validation prints.</summary>
    private static void AssertLoads(JsonElement expected, string[] command)
    {
        var files = command.Select((arg, i) => (arg, i)).Where(p => p.arg is "-r" or "-V").SelectMany(p => (string[])["-V", command[p.i + 1]]);
        var run = SensorRun.Of([.. files, "-o", "json_output=true"]);
        Assert.True(run.Out.Length > 0, run.Error);
        var results = JsonDocument.Parse(run.Out).RootElement.GetProperty("falco_load_results").EnumerateArray().ToArray();
        // A run stops at the first file that fails; what it did not load has no expectation.
        foreach (var (want, got) in expected.EnumerateArray().Zip(results))
        {
            Assert.Equal(want.GetProperty("name").GetString(), CaseFiles.WithoutCase(got.GetProperty("name").GetString()!));
            Assert.Equal(want.GetProperty("successful").GetBoolean(), got.GetProperty("successful").GetBoolean());
            foreach (var list in (string[])["errors", "warnings"])
                Assert.Equal(want.GetProperty(list).EnumerateArray().Select(Finding), got.GetProperty(list).EnumerateArray().Select(Found));
        }
        Assert.True(results.Length >= expected.GetArrayLength());
    }

    private static string Finding(JsonElement f) =>
        $"{f.GetProperty("code").GetString()} {f.GetProperty("item_type").GetString()} '{f.GetProperty("item_name").GetString()}': {f.GetProperty("message").GetString()}";

    private static string Found(JsonElement f)
    {
        var last = f.GetProperty("context").GetProperty("locations").EnumerateArray().Last();
        return $"{f.GetProperty("code").GetString()} {last.GetProperty("item_type").GetString()} '{last.GetProperty("item_name").GetString()}': {f.GetProperty("message").GetString()}";
    }

    /// <summary>The alerts with all their members, whatever of them the command asks for.</summary>
    private static void AssertAlerts(JsonElement reference, string[] command)
    {
        var run = SensorRun.Of([.. command, "-o", "json_output=true", "-o", "stdout_output.enabled=true", "-o", "json_include_output_property=true", "-o", "json_include_tags_property=true"]);
        var alerts = run.AlertsAsJson();
        var expected = reference.GetProperty("alerts").EnumerateArray().Select(a => SensorRun.Normal(a.GetProperty("alert"))).ToArray();
        Assert.Equal(expected, expected.Length == 300 ? alerts[..300] : alerts);
        AssertCounts(reference.GetProperty("by_rule"), alerts, "rule");
        AssertCounts(reference.GetProperty("by_priority"), alerts, "priority");
        if (run.ExitCode == 0) Assert.Contains($"Events read: {reference.GetProperty("events").GetInt64()};", run.Error + SilentLog(command, reference), StringComparison.Ordinal);
    }

    /// <summary>A configuration that turns the log off cannot be asked for the number of events.</summary>
    private static string SilentLog(string[] command, JsonElement reference) =>
        command.Any(a => a.EndsWith(".yaml", StringComparison.Ordinal) && File.ReadAllText(a).Contains("log_stderr: false", StringComparison.Ordinal)) ? $"Events read: {reference.GetProperty("events").GetInt64()};" : "";

    private static void AssertCounts(JsonElement expected, string[] alerts, string member)
    {
        var counts = alerts.Select(a => JsonDocument.Parse(a).RootElement.GetProperty(member).GetString()!).CountBy(r => r).ToDictionary();
        Assert.Equal(expected.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32()), counts);
    }

    private static void AssertTexts(JsonElement expect, SensorRun run)
    {
        if (expect.TryGetProperty("exit_code", out var code)) Assert.Equal((code.GetInt32(), ""), (run.ExitCode, run.ExitCode == code.GetInt32() ? "" : run.Error));
        foreach (var (stream, text) in ((string, string)[])[("stdout", run.Out), ("stderr", run.Error)])
        {
            if (!expect.TryGetProperty(stream, out var checks)) continue;
            foreach (var check in checks.EnumerateArray())
            {
                if (check.GetProperty("value").GetString() is not { } value) continue;
                switch (check.GetProperty("op").GetString())
                {
                    case "regex":
                        Assert.Matches(value, text);
                        break;
                    case "not_regex":
                        Assert.DoesNotMatch(value, text);
                        break;
                    case "contains":
                        Assert.Contains(value, text, StringComparison.Ordinal);
                        break;
                }
            }
        }
    }

    [GeneratedRegex("^Contains\\(t, out, \"(.*)\"\\)$")]
    private static partial Regex ContainsAssertion();
}
