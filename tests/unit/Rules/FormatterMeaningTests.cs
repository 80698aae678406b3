using System.Text.Json;
using Peregrine.Rules;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>Formatting keeps what files mean: each loads with the same findings and the same compiled conditions, and a second formatting changes nothing.</summary>
public sealed class FormatterMeaningTests
{
    /// <summary>Layouts that people have: indented items, items without blank lines, block scalars of all kinds, comments everywhere, aliases, several documents, tabs at line ends.</summary>
    private static readonly string[] Own =
    [
        "  - list: a\n    items:\n      - x   # one\n      # two\n      - 'y z'\n\n\n\n  # about m\n  - macro: m\n    condition: >\n      evt.type = open\n\n      and proc.name in (a)   \n    # inside\n\n  - rule: r\n    desc: |-\n        two\n          lines\n    condition: m\n      and fd.num > 1\n    output: \"o %proc.name\n      # no comment\"\n    priority: INFO\n    tags: [ a,b ,c ]\n",
        "---\n- rule: r\n  desc:    d\n  condition: >-\n       evt.type = open\n       and proc.name = x\n  output: |2+\n     o\n\n  priority: WARNING\n  exceptions:\n  - name: e\n    fields: [ proc.name,fd.name ]\n    comps: [in ,startswith]\n    values:\n    - [ [a, b],/etc ]\n    - [c,   '/tmp, x']\n...\n---\n# empty but for this\n---\n- macro: unused\n  condition: (proc.name = y)\n",
        "- list: a\n  items: &items [x, y]\n- list: b\n  items: *items\n- rule: r\n  desc: d\t\n  condition: evt.type = open and proc.name in (a, b)\n  output: \"%proc.name: \\u00e9 \\\"q\\\"\"\n  priority: debug\n  override: {}\n",
        "- required_engine_version: 0.31.0\n- rule: bad\n  condition: proc.name =\n",
        "\uFEFF- list: a\r\n  items:\r\n    - x\r\n- macro: m\r\n  condition: proc.name in (a)\r\n  append:   true\r\n",
    ];

    [Fact]
    public void OurOwnRulesAndLayoutsKeepTheirMeaning() => Check([.. Own.Select(static (t, i) => ($"own {i}", t)), .. Files(Path.Combine(Repository.Root, "rules"))]);

    [Fact]
    public void EveryRulesFileOfTheReferenceKeepsItsMeaning()
    {
        var shared = Path.Combine(Repository.Root, "..", "shared");
        var conformance = Environment.GetEnvironmentVariable("CONFORMANCE_DIR") ?? Path.Combine(shared, "conformance");
        Assert.SkipUnless(Directory.Exists(conformance), "the reference's rules are not at hand");
        var loader = Path.Combine(conformance, "2_rule_loader", "cases.jsonl");
        (string, string)[] files =
        [
            .. Files(Path.Combine(shared, "rules")), .. Files(Path.Combine(conformance, "files")),
            .. File.Exists(loader) ? File.ReadLines(loader).SelectMany(OfCase) : [],
        ];
        Assert.InRange(files.Length, 200, 10_000);
        Check(files);
    }

    private static void Check(IEnumerable<(string Name, string Text)> files)
    {
        foreach (var (name, text) in files)
        {
            var once = RuleFormatter.Format(text);
            if (once.Problem is not null)
            {
                // Left alone: no YAML, or a layout that cannot be kept.
                Assert.Equal(text, once.Text);
                continue;
            }
            Assert.True(RuleFormatter.Format(once.Text) == new FormattedRules(once.Text, false, null), $"{name} changes when it is formatted again");
            Assert.Equal((name, Meaning(text)), (name, Meaning(once.Text)));
            Assert.Equal((name, Comments(text)), (name, Comments(once.Text)));
        }
    }

    /// <summary>Findings, their places aside, and everything that the rules were compiled to.</summary>
    private static string Meaning(string text)
    {
        var loader = RuleFiles.NewLoader();
        var result = loader.Load("f.yaml", text);
        var findings = result.Errors.Select(static e => $"{e.Code} {Words(e.Message)}").Concat(result.Warnings.Select(static w => $"{w.Code} {w.Message}")).Concat(result.Advice.Select(static a => a.CodeName)).Concat(result.SchemaWarnings);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            if (result.Successful) RuleDescription.Write(json, loader);
        return string.Join('\n', findings) + System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Messages of the YAML reader carry lines and columns.</summary>
    private static string Words(string message) => string.Concat(message.Where(static c => !char.IsAsciiDigit(c)));

    /// <summary>All words behind number signs; blanks in front of them may change.</summary>
    private static string Comments(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(static l => l.Split('#', 2)).Where(static l => l.Length == 2).Select(static l => l[1].TrimEnd()));

    private static IEnumerable<(string Name, string Text)> Files(string folder) => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(static f => (f, File.ReadAllText(f)));

    private static IEnumerable<(string Name, string Text)> OfCase(string line)
    {
        using var test = JsonDocument.Parse(line);
        return [.. test.RootElement.GetProperty("files").EnumerateArray().Select(f => ($"{test.RootElement.GetProperty("name").GetString()}/{f.GetProperty("name").GetString()}", f.GetProperty("content").GetString()!))];
    }
}
