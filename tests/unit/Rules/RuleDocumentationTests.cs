using System.Text.RegularExpressions;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Commands;
using Peregrine.Sensor.RuleTests;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>What the pages for rule authors show can be typed as it stands.</summary>
public sealed partial class RuleDocumentationTests
{
    [Fact]
    public void TheRulesLoadInTheOrderOfThePage()
    {
        var loader = RuleFiles.NewLoader();
        var blocks = Blocks("rules.md", "yaml");
        Assert.InRange(blocks.Length, 5, 50);
        foreach (var block in blocks)
        {
            var result = loader.Load("rules.md", block);
            Assert.True(result.Successful, block + result.ToText());
            Assert.Empty(result.SchemaWarnings);
            Assert.Empty(result.Advice);
            Assert.DoesNotContain(result.Warnings, static w => w.Code is not (LoadWarningCode.UnusedMacro or LoadWarningCode.UnusedList));
        }
    }

    [Fact]
    public void TheConditionsCompile()
    {
        var catalog = RuleFiles.Options.Sources[0].Fields;
        var lines = Blocks("rules.md", "condition").SelectMany(static b => b.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.InRange(lines.Length, 20, 200);
        foreach (var line in lines)
        {
            var compiler = new FilterCompiler(catalog, new FilterOptions { Services = ServiceTable.OfMachine });
            compiler.Compile(ConditionParser.Parse(line));
            // The page says of one line that it is warned about.
            Assert.True(compiler.Warnings.Count == 0 || line == "basename(proc.exepath) != proc.name", line);
        }
    }

    [Fact]
    public void EveryOperatorAndTransformerIsNamed()
    {
        var page = File.ReadAllText(Page("rules.md"));
        foreach (var token in OperatorToken.All.Where(static o => o.Text != "==")) Assert.Contains($"`{token.Text}`", page, StringComparison.Ordinal);
        foreach (var name in (string[])["tolower", "toupper", "b64", "basename", "len", "join", "concat", "getopt", "val"]) Assert.Contains($"`{name}(", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules.md")]
    [InlineData("rules-testing.md")]
    [InlineData("captures.md")]
    public void TheCommandsAreUnderstood(string page)
    {
        var commands = Blocks(page, "sh").SelectMany(static b => b.Split('\n')).Where(static l => l.StartsWith("peregrine ", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
        {
            var words = Words().Matches(Comment().Replace(command, "")).Select(static w => w.Value.Trim('\'')).Skip(1).ToArray();
            Assert.NotNull(CommandLineParser.Parse(words, CommandTable.Names));
        }
    }

    [Fact]
    public void TheTestsAreTests()
    {
        var folder = Directory.CreateTempSubdirectory("peregrine-docs-");
        try
        {
            var blocks = Blocks("rules-testing.md", "yaml");
            Assert.Equal(2, blocks.Length);
            foreach (var block in blocks)
            {
                var file = Path.Combine(folder.FullName, "t.test.yaml");
                File.WriteAllText(file, block);
                Assert.NotEmpty(RuleTestReader.Read(file).Tests);
            }
            foreach (var (block, errors) in Ajv.Check(EditorSchema.RuleTests, blocks.Select(static b => (b, b)))) Assert.True(errors.Length == 0, block + string.Join("; ", errors));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("rules: a\ntests: [{name: a, capture: b}]")]
    [InlineData("rules: a\ntests: [{name: a, capture: b, expect: [{count: 1}]}]")]
    [InlineData("rules: a\ntests: [{name: a, capture: b, expect: [{rule: r, count: few}]}]")]
    [InlineData("rules: a\ntests: [{name: a, capture: b, expect: [], other: allowed}]")]
    [InlineData("tests: [{name: a, capture: b, expect: []}]")]
    public void TheSchemaOfTestsRefusesWhatIsNone(string text) => Assert.NotEmpty(Ajv.Check(EditorSchema.RuleTests, [("t", text)])["t"]);

    private static string Page(string name) => Path.Combine(Repository.Root, "docs", name);

    private static string[] Blocks(string page, string language) => [.. Fences().Matches(File.ReadAllText(Page(page))).Where(f => f.Groups[1].Value == language).Select(static f => f.Groups[2].Value)];

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex Words();

    [GeneratedRegex(" +#.*$")]
    private static partial Regex Comment();
}
