using System.Text;
using System.Text.Json;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>validate, fmt, explain and schema, as a rule author calls them.</summary>
public sealed class RuleToolsTests : IDisposable
{
    private const string Rules = """
        - list: shells
          items: [bash, sh]
        - macro: opened
          condition: evt.type = open and fd.num >= 0
        - rule: Motd
          desc: d
          condition: opened and proc.name in (shells) and fd.name = /etc/motd
          output: o
          priority: WARNING
        - rule: Opened
          desc: d
          condition: opened
          output: o
          priority: WARNING
          exceptions: [{name: tmp, fields: fd.name, comps: in, values: [/b]}]
        - rule: Same
          desc: d
          condition: opened and fd.name = /a
          output: o
          priority: WARNING
        - rule: Never
          desc: d
          condition: opened and proc.name = vim
          output: o
          priority: WARNING

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-tools-");
    private readonly Dictionary<string, string> _environment = [];
    private string? _input;
    private bool _terminal;

    public RuleToolsTests()
    {
        using (var recording = new SampleRecording(At("in.scap"))) recording.Open(0, "/a").Close(50).Open(100, "/b").Open(400, "/etc/motd");
        Write("rules.yaml", Rules);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheFirstMatchIsExplained()
    {
        var text = Explain("Motd", "-e", At("in.scap")).Out;
        Assert.StartsWith("4 ", text, StringComparison.Ordinal);
        Assert.Contains("\n✓ and\n  ✓ macro opened\n", text, StringComparison.Ordinal);
        Assert.Contains("  ✓ fd.name = /etc/motd    (/etc/motd)\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEventThatDoesNotMatchIsExplainedByWhatDecided()
    {
        var text = Explain("Motd", "-e", At("in.scap"), "--event", "1").Out;
        Assert.Contains("\n✗ and\n  ✓ macro opened\n  ✓ proc.name in (bash, sh)    (bash)\n  ✗ fd.name = /etc/motd    (/a)    ◀ decided\n", text, StringComparison.Ordinal);
        Assert.Contains("is not asked about events of this type", Explain("Motd", "-e", At("in.scap"), "--event", "2").Out, StringComparison.Ordinal);
        Assert.Contains("✗ exception 'tmp'", Explain("Opened", "-e", At("in.scap"), "--event", "1", "--expand").Out, StringComparison.Ordinal);
        Assert.Contains("this capture has no event 9", Run(1, "explain", "-r", At("rules.yaml"), "--rule", "Motd", "-e", At("in.scap"), "--event", "9").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleThatNeverFiredShowsHowNearItCame()
    {
        var text = Explain("Never", "-e", At("in.scap")).Out;
        Assert.Contains("matches none of the capture's 4 events. It was asked about 3: events of this type: open.\n", text, StringComparison.Ordinal);
        Assert.Contains("           3      3   proc.name = vim\n", text, StringComparison.Ordinal);
        Assert.Contains("           0      0   each of the 2 others\n", text, StringComparison.Ordinal);
        Assert.Contains("The nearest event misses 1 of 3:\n1 ", text, StringComparison.Ordinal);
        Assert.Contains("✗ proc.name = vim    (bash)    ◀ decided", text, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Explain("Never", "-e", At("in.scap"), "--json").Out).RootElement;
        Assert.Equal((false, 4, 3), (json.GetProperty("matches").GetBoolean(), json.GetProperty("events").GetInt32(), json.GetProperty("events_of_its_types").GetInt32()));
        Assert.Equal([0, 0, 3], json.GetProperty("terms").EnumerateArray().Select(static t => t.GetProperty("failed_alone").GetInt32()));
        Assert.Equal(1, json.GetProperty("event").GetProperty("number").GetInt32());
    }

    [Fact]
    public void ARuleThatAnotherTakesTheEventFromSaysSo()
    {
        Assert.Contains("The rule 'Opened' comes first and takes the event", Explain("Same", "-e", At("in.scap")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("takes the event", Explain("Same", "-e", At("in.scap"), "-o", "rule_matching=all").Out, StringComparison.Ordinal);
        Assert.Equal("Opened", JsonDocument.Parse(Explain("Same", "-e", At("in.scap"), "--json").Out).RootElement.GetProperty("event").GetProperty("taken_by").GetString());
    }

    [Fact]
    public void WithoutACaptureTheConditionIsShown()
    {
        Assert.Equal("Motd\nand\n  macro opened\n  proc.name in (bash, sh)\n  fd.name = /etc/motd\n\nIt is asked about events of this type: open.\n", Explain("Motd").Out);
        Assert.Contains("  macro opened\n    and\n      evt.type = open\n      fd.num >= 0\n", Explain("Motd", "--expand").Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Explain("Opened", "--json").Out).RootElement;
        Assert.Equal(["open"], json.GetProperty("event_types").EnumerateArray().Select(static t => t.GetString()));
        Assert.Equal("exception", json.GetProperty("condition").GetProperty("parts")[1].GetProperty("parts")[0].GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("did you mean 'Motd'?", "--rule", "Mtod")]
    [InlineData("--event needs the capture", "--rule", "Motd", "--event", "1")]
    [InlineData("explain needs a rule")]
    public void WhatExplainCannotDoIsSaid(string expected, params string[] args) =>
        Assert.Contains(expected, Run(1, ["explain", "-r", At("rules.yaml"), .. args]).Error, StringComparison.Ordinal);

    [Fact]
    public void FoldersAndFilesAreValidatedAndTheExitCodeSaysWhetherAllIsWell()
    {
        Directory.CreateDirectory(At("d"));
        Write("d/1.yaml", "- list: used\n  items: [a]\n");
        Write("d/2.yml", Rule("evt.type = open and proc.name in (used)"));
        Write("d/ignored.txt", "no rules");
        Write("d/ignored.test.yaml", "rules: 1.yaml");
        Assert.EndsWith("2 files: no errors, no warnings\n", Run(0, "validate", At("d")).Out, StringComparison.Ordinal);
        Write("bad.rules", Rule("proc.name ="));
        Assert.Contains("bad.rules: invalid, 1 error\n", Run(1, "validate", At("d"), At("bad.rules")).Out, StringComparison.Ordinal);
        Write("warn.yaml", "- list: unused\n  items: [a]\n");
        Assert.EndsWith("1 file: 1 warning\n", Run(0, "validate", At("warn.yaml")).Out, StringComparison.Ordinal);
        Run(1, "validate", "--fail-on-warnings", At("warn.yaml"));
        Assert.False(JsonDocument.Parse(Run(1, "validate", "--json", At("bad.rules")).Out).RootElement.GetProperty("valid").GetBoolean());
        Assert.Contains("no such file or folder", Run(1, "validate", At("nothing.yaml")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ColoursAreForTerminalsUnlessSaidOtherwise()
    {
        string Text(params string[] more) => Run(0, ["validate", At("rules.yaml"), .. more]).Out;
        Assert.DoesNotContain('\e', Text());
        Assert.Contains('\e', Text("--color", "always"));
        _terminal = true;
        Assert.Contains('\e', Text());
        Assert.DoesNotContain('\e', Text("--color=never"));
        _environment["NO_COLOR"] = "1";
        Assert.DoesNotContain('\e', Text());
        Assert.Contains('\e', Text("--color=always"));
        _environment["NO_COLOR"] = "";
        _environment["TERM"] = "dumb";
        Assert.DoesNotContain('\e', Text());
    }

    [Fact]
    public void TheCompatibleTextSaysBelowEachFindingHowToMendIt() =>
        Assert.Contains("LOAD_UNUSED_LIST (Unused list): List not referred to by any other rule/macro\n→ remove it,", Run(0, "-V", Write("warn.yaml", "- list: unused\n  items: [a]\n")).Out, StringComparison.Ordinal);

    [Fact]
    public void FormattingCanBeLookedAtFirst()
    {
        var file = Write("f.yaml", "- list:   a\n  items: [x,y]\n");
        Assert.Equal($"--- {file}\n+++ {file} (formatted)\n@@ -1,2 +1,2 @@\n-- list:   a\n-  items: [x,y]\n+- list: a\n+  items: [x, y]\n", Run(1, "fmt", "--diff", file).Out);
        Assert.Equal($"{file} would change\n", Run(1, "fmt", "--check", file).Out);
        Assert.Equal("- list:   a\n  items: [x,y]\n", File.ReadAllText(file));
        Run(0, "fmt", _folder.FullName);
        Assert.Equal("- list: a\n  items: [x, y]\n", File.ReadAllText(file));
        Assert.Empty(Run(0, "fmt", "--diff", "--check", _folder.FullName).Out);
    }

    [Fact]
    public void StandardInputIsFormattedToStandardOutput()
    {
        _input = "- list:   a\n  items: [é]\n";
        Assert.Equal("- list: a\n  items: [é]\n", Run(0, "fmt", "-").Out);
        Assert.Equal("standard input would change\n", Run(1, "fmt", "--check", "-").Out);
        _input = "- list: [\n";
        var (output, error) = Run(1, "fmt", "-");
        Assert.Empty(output);
        Assert.Contains("cannot be formatted", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeFormattedIsLeftAlone()
    {
        var file = At("latin1.yaml");
        byte[] bytes = [.. "- list:   a\n  items: ["u8, 0xe9, .. "]\n"u8];
        File.WriteAllBytes(file, bytes);
        Assert.Contains("left alone: it is not UTF-8", Run(1, "fmt", file).Error, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(file));
        var link = At("link.yaml");
        File.CreateSymbolicLink(link, Write("target.yaml", "- list:   a\n  items: []\n"));
        Run(0, "fmt", link);
        Assert.NotNull(File.ResolveLinkTarget(link, false));
        Assert.Equal("- list: a\n  items: []\n", File.ReadAllText(At("target.yaml")));
    }

    [Theory]
    [InlineData("rules", "\"Peregrine rules\"")]
    [InlineData("tests", "\"Tests of Peregrine rules\"")]
    [InlineData("config", "\"json_output\"")]
    public void SchemasForEditorsArePrinted(string name, string expected)
    {
        var text = Run(0, "schema", name).Out;
        Assert.Contains(expected, text, StringComparison.Ordinal);
        using var schema = JsonDocument.Parse(text);
        Assert.Contains("schema rules, schema tests or schema config", Run(1, "schema", "moon").Error, StringComparison.Ordinal);
    }

    private static string Rule(string condition) => $"- rule: r\n  desc: d\n  condition: {condition}\n  output: o\n  priority: WARNING\n";

    private (string Out, string Error) Explain(string rule, params string[] more) => Run(0, ["explain", "-r", At("rules.yaml"), "--rule", rule, .. more]);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    private (string Out, string Error) Run(int code, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var console = new SensorConsole
        {
            Out = output,
            Error = error,
            Hostname = "host",
            IsTerminal = _terminal,
            Environment = name => _environment.GetValueOrDefault(name),
            In = _input is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(_input)),
        };
        var actual = SensorProgram.Run(args, console);
        Assert.True(code == actual, $"{string.Join(' ', args)}: {actual}\n{error}{Encoding.UTF8.GetString(output.ToArray())}");
        return (Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
