using System.Text;
using System.Xml.Linq;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>peregrine test: rules are held against captures, and what differs is shown.</summary>
public sealed class RuleTestsTests : IDisposable
{
    private const string Rules = """
        - rule: Opened
          desc: d
          condition: evt.type = open and fd.name startswith /a
          output: opened %fd.name
          priority: WARNING
        - rule: Motd
          desc: d
          condition: evt.type = open and fd.name = /etc/motd
          output: motd
          priority: NOTICE
        - rule: Resting
          desc: d
          condition: evt.type = open
          output: any
          priority: NOTICE
          enabled: false

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-rule-tests-");

    public RuleTestsTests()
    {
        using (var recording = new SampleRecording(At("in.scap"))) recording.Open(0, "/a1").Close(50).Open(100, "/a2").Open(400, "/etc/motd");
        using (var recording = new SampleRecording(At("quiet.scap"))) recording.Open(0, "/q");
        File.WriteAllText(At("rules.yaml"), Rules);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AlertsThatAreAsExpectedPass() => Assert.EndsWith("✓ all\n✓ nothing\n2 tests: 2 passed, 0 failed\n", Test(0, """
        - name: all
          capture: in.scap
          expect:
          - {rule: Opened, count: 2, output: opened /a}
          - {rule: Opened, event: 1, fields: {fd.name: /a1, proc.name: [zsh, bash], "proc.aname[1]": null, fd.num: 7}}
          - {rule: Motd, count: 1+, where: proc.name = bash and fd.directory = /etc}
        - name: nothing
          capture: quiet.scap
          expect: []
        """), StringComparison.Ordinal);

    [Fact]
    public void AFieldWithAnotherValueIsShownWithBoth() => Assert.Contains("""
            Opened: expected an alert, got none that fits; of 2 the nearest is at event 1:
                fd.name
              - /a3
              + /a1
            Opened: 2 alerts that nothing here expects, the first at event 1:
              + opened /a1

        """.Replace("\r", "", StringComparison.Ordinal), Test(1, """
        - name: another file
          capture: in.scap
          expect: [{rule: Opened, fields: {fd.name: /a3, proc.name: bash}}, {rule: Motd}]
        """), StringComparison.Ordinal);

    [Theory]
    [InlineData("expect: [{rule: Opened, count: 3}]", "Opened: expected 3 alerts, got 2, the last at event 3")]
    [InlineData("expect: [{rule: Opened, count: 0}]", "Opened: expected no alert, got 2")]
    [InlineData("expect: [{rule: Opened, count: 3+}]", "Opened: expected at least 3 alerts, got 2")]
    [InlineData("expect: [{rule: Opened, where: evt.num = 99}]", "- evt.num = 99")]
    [InlineData("expect: [{rule: Opened, output: nowhere}]", "+ opened /a1")]
    [InlineData("expect: [{rule: Opened}]", "Motd: 1 alert that nothing here expects, at event 4:")]
    [InlineData("expect: [{rule: Opned}]", "there is no rule 'Opned'; did you mean 'Opened'?")]
    [InlineData("expect: [{rule: Resting, count: 0}]", "the rule 'Resting' is not enabled")]
    [InlineData("expect: [{rule: Opened, fields: {fd.nme: x}}]", "there is no field 'fd.nme'; did you mean 'fd.name'?")]
    [InlineData("expect: [{rule: Opened, where: evt.num = }]", "in the condition")]
    public void WhatIsNotAsExpectedFails(string expect, string shown) => Assert.Contains(shown, Test(1, $"- name: t\n  capture: in.scap\n  {expect}\n"), StringComparison.Ordinal);

    [Fact]
    public void ARuleWithoutAnyAlertPointsToItsExplanation() => Assert.Contains("→ peregrine explain -r ", Test(1, "- name: t\n  capture: quiet.scap\n  expect: [{rule: Motd}]\n"), StringComparison.Ordinal);

    [Fact]
    public void OtherAlertsCanBeAllowedAndOptionsAndOtherRulesGiven()
    {
        Test(0, "- name: t\n  capture: in.scap\n  expect: [{rule: Opened}]\n  others: allowed\n");
        Test(0, "- name: t\n  capture: in.scap\n  expect: [{rule: Opened, count: 2}, {rule: Motd}, {rule: Resting, count: 3}]\n", options: "options: [rule_matching=all, 'rules[].enable.rule=Resting']\n");
        File.WriteAllText(At("none.yaml"), "- rule: Opened\n  desc: d\n  condition: evt.type = close\n  output: o\n  priority: INFO\n");
        Assert.Contains("got 1, the last at event 2", Test(1, "- name: t\n  capture: in.scap\n  expect: [{rule: Opened, count: 2}]\n", more: ["-r", At("none.yaml")]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tests: [{name: a, capture: in.scap, expect: []}]", ":1:1: a file with tests needs the key 'rules'")]
    [InlineData("rules: rules.yaml\ntests:\n- {name: a, expect: []}", ":3:3: a test needs the key 'capture'")]
    [InlineData("rules: rules.yaml\ntests:\n- {name: a, capture: in.scap, expct: []}", ":3:31: there is no key 'expct' here; did you mean 'expect'?")]
    [InlineData("rules: rules.yaml\ntests:\n- name: a\n  capture: in.scap\n  expect: [{rule: a, count: few}]", ":5:29: 'count' is a number")]
    [InlineData("rules: rules.yaml\ntests:\n- {name: a, capture: in.scap, expect: []}\n- {name: a, capture: in.scap, expect: []}", "two tests with the name 'a'")]
    [InlineData("rules: rules.yaml\ntests: {}", "'tests' is a list of tests")]
    [InlineData("rules: [", "t.test.yaml:")]
    [InlineData("- a", "tests are a mapping")]
    public void AFileThatIsNoneIsRefusedWithItsPlace(string text, string expected)
    {
        File.WriteAllText(At("t.test.yaml"), text);
        var (_, error) = Run(1, "test", At("t.test.yaml"));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void RulesThatDoNotLoadAndCapturesThatCannotBeReadFailTheTest()
    {
        Assert.Contains("cannot open the capture", Test(1, "- name: t\n  capture: missing.scap\n  expect: []\n"), StringComparison.Ordinal);
        File.WriteAllBytes(At("cut.scap"), File.ReadAllBytes(At("in.scap"))[..^10]);
        Assert.Contains("Is the file truncated?", Test(1, "- name: t\n  capture: cut.scap\n  expect: [{rule: Opened}]\n"), StringComparison.Ordinal);
        File.WriteAllText(At("rules.yaml"), Rules.Replace("evt.type", "evt.tpye", StringComparison.Ordinal));
        Assert.Contains("nonexistent field evt.tpye", Test(1, "- name: t\n  capture: in.scap\n  expect: []\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void BuildServersGetTheResultsAsXml()
    {
        Test(1, """
            - {name: "good <one>", capture: quiet.scap, expect: []}
            - {name: bad, capture: in.scap, expect: [{rule: Opened, count: 1}, {rule: Motd}]}
            - {name: broken, capture: missing.scap, expect: []}
            """, more: ["--junit", At("junit.xml")]);
        var suites = XDocument.Load(At("junit.xml")).Root!;
        Assert.Equal(("3", "1", "1"), ((string)suites.Attribute("tests")!, (string)suites.Attribute("failures")!, (string)suites.Attribute("errors")!));
        var cases = suites.Element("testsuite")!.Elements("testcase").ToArray();
        Assert.Equal(["good <one>", "bad", "broken"], cases.Select(static c => (string)c.Attribute("name")!));
        Assert.Empty(cases[0].Elements());
        Assert.Equal("Opened: expected 1 alert, got 2, the last at event 3", (string)cases[1].Element("failure")!.Attribute("message")!);
        Assert.Contains("missing.scap", cases[2].Element("error")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void FoldersAreSearchedForTests()
    {
        Directory.CreateDirectory(At("a/b"));
        foreach (var file in (string[])["a/one.test.yaml", "a/b/two.test.yml"])
            File.WriteAllText(At(file), $"rules: {At("rules.yaml")}\ntests: [{{name: t, capture: {At("quiet.scap")}, expect: []}}]\n");
        Assert.EndsWith("2 tests: 2 passed, 0 failed\n", Run(0, "test", At("a")).Out, StringComparison.Ordinal);
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("there are no tests", Run(1, "test", At("empty")).Error, StringComparison.Ordinal);
    }

    private string Test(int code, string tests, string options = "", params string[] more)
    {
        File.WriteAllText(At("t.test.yaml"), $"rules: [rules.yaml]\n{options}tests:\n{tests}");
        return Run(code, ["test", At("t.test.yaml"), .. more]).Out;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static (string Out, string Error) Run(int code, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var actual = SensorProgram.Run(args, new SensorConsole { Out = output, Error = error, Hostname = "host" });
        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(code == actual, $"{actual}: {text}{error}");
        return (text, error.ToString());
    }
}
