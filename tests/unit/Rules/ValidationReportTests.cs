using System.Text.Json;
using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>What people read about their rules says where, what, and how to mend it.</summary>
public sealed class ValidationReportTests
{
    private static string Report(params string[] files)
    {
        var (loader, result) = Load(files);
        return new ValidationReport(loader, [result]).WriteText(default);
    }

    [Fact]
    public void AnErrorShowsItsPlaceAndTheNearestName()
    {
        Assert.Equal("""
            f0.yaml: invalid, 1 error

              error filter_check called with nonexistent field proc.nmae  LOAD_ERR_COMPILE_CONDITION
                f0.yaml:3:14 in rule 'r'
                | evt.type=open and proc.nmae = x
                |                   ^
                → did you mean proc.name or proc.exe or proc.args?

            1 file: 1 error

            """.Replace("\r", "", StringComparison.Ordinal).Replace(" or proc.exe or proc.args", "", StringComparison.Ordinal),
            System.Text.RegularExpressions.Regex.Replace(Report(Rule("evt.type=open and proc.nmae = x")), "did you mean proc.name[^?]*", "did you mean proc.name"));
    }

    [Theory]
    [InlineData("evt.type=opne", "did you mean open")]
    [InlineData("opend", "did you mean opened?")]
    [InlineData("evt.type=open and proc.name=a b", "join checks with 'and' or 'or'")]
    public void ConditionsGetHints(string condition, string hint) =>
        Assert.Contains("→ ", Assert.Single(Report("- list: lst\n  items: [x]\n- macro: opened\n  condition: evt.type=open\n" + Rule($"\"{condition}\"")).Split('\n'), l => l.Contains(hint, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void EqualWarningsAreGroupedAndCounted()
    {
        var report = Report(string.Concat(Enumerable.Range(0, 8).Select(i => $"- list: l{i}\n  items: [x]\n")));
        Assert.Equal(1, report.Split("LOAD_UNUSED_LIST").Length - 1);
        Assert.Contains("f0.yaml:1:3 in list 'l0'", report, StringComparison.Ordinal);
        Assert.Contains("and 3 more", report, StringComparison.Ordinal);
    }

    [Fact]
    public void OurOwnWarningsAreShown() =>
        Assert.Contains("PEREGRINE_LIST_NAME_IN_QUOTES", Report("- list: l\n  items: [a]\n" + Rule("evt.type=open and proc.name in (l) and proc.args contains \"x l y\"")), StringComparison.Ordinal);

    [Fact]
    public void ColoursAreOnlyThereWhenAskedFor()
    {
        var (loader, result) = Load(Rule("evt.type=open"));
        var report = new ValidationReport(loader, [result]);
        Assert.DoesNotContain('\e', report.WriteText(default));
        Assert.Contains("\e[32mvalid\e[0m", report.WriteText(new Palette(HasColours: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesFarAwayAreNotGuessed() => Assert.Empty(NearestName.Of("xyzzy", ["proc.name", "fd.name"]));

    [Fact]
    public void FindingsStandWithTheirFileOnceAndWhatALaterFileUsesIsUsed()
    {
        const string Lists = "- list: used\n  items: [x]\n- list: unused\n  items: [x]\n- macro: broad\n  condition: proc.name = x\n";
        var loader = NewLoader();
        LoadResult[] results = [loader.Load("a/lists.yaml", Lists), loader.Load("b/rules.yaml", Rule("broad and proc.name in (used)")), loader.Load("c/more.yaml", Rule("evt.type = open", "r2"))];
        var report = new ValidationReport(loader, results);
        Assert.Equal((0, 2), (report.Errors, report.Warnings));
        var text = report.WriteText(default);
        Assert.Contains("a/lists.yaml: valid, 1 warning\n", text, StringComparison.Ordinal);
        Assert.Contains("a/lists.yaml:3:3 in list 'unused'", text, StringComparison.Ordinal);
        Assert.DoesNotContain("'used'", text, StringComparison.Ordinal);
        Assert.Contains("b/rules.yaml: valid, 1 warning\n", text, StringComparison.Ordinal);
        Assert.Contains("c/more.yaml: valid\n", text, StringComparison.Ordinal);
        Assert.EndsWith("3 files: 2 warnings\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheJsonHasPlacesAndHints()
    {
        var (loader, result) = Load(Rule("evt.type=open and proc.nmae = x"));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) new ValidationReport(loader, [result]).WriteJson(json);
        var root = JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.False(root.GetProperty("valid").GetBoolean());
        var error = root.GetProperty("files")[0].GetProperty("errors")[0];
        Assert.Equal(("LOAD_ERR_COMPILE_CONDITION", 3, 14, "rule 'r'"), (error.GetProperty("code").GetString(), error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32(), error.GetProperty("item").GetString()));
        Assert.StartsWith("did you mean proc.name", error.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCompatibleTextOnlyHasHintsWhereTheyAreAskedFor()
    {
        var (loader, result) = Load("- list: l\n  items: [x]\n" + Rule("evt.type=open and proc.nmae = x"));
        Assert.DoesNotContain("→", result.ToText(), StringComparison.Ordinal);
        var lines = result.ToText(loader).Split('\n');
        Assert.Contains("nonexistent field proc.nmae", lines[Array.FindIndex(lines, static l => l.StartsWith("→ did you mean", StringComparison.Ordinal)) - 1], StringComparison.Ordinal);
        Assert.Equal(result.ToText().TrimEnd('\n').Split('\n'), lines.Where(static l => !l.StartsWith('→')).ToArray()[..^1]);
    }
}
