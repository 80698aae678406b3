using System.Text.Json;
using Peregrine.Rules;
using Peregrine.Rules.Schema;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>Editors find right in rules files what the loader takes, and wrong what it refuses or warns about.</summary>
public sealed class EditorSchemaTests
{
    private const string Rule = "- rule: r\n  desc: d\n  condition: evt.type = open\n  output: o\n  priority: WARNING\n";

    [Fact]
    public void OurRulesAndTheReferencesAreRight()
    {
        string[] folders = [Path.Combine(Repository.Root, "rules"), Path.Combine(Repository.Root, "..", "shared", "rules"), Path.Combine(Conformance, "files", "rulesets")];
        var files = folders.Where(Directory.Exists).SelectMany(static f => Directory.EnumerateFiles(f, "*.yaml", SearchOption.AllDirectories)).ToArray();
        Assert.NotEmpty(files);
        foreach (var (name, errors) in Ajv.Check(EditorSchema.Rules, files.Select(static f => (f, File.ReadAllText(f))))) Assert.True(errors.Length == 0, $"{name}: {string.Join("; ", errors)}");
    }

    [Fact]
    public void FormsThatTheLoaderTakesAreRight() => AssertAll(right: true, [
        Rule,
        "",
        "- required_engine_version: 26\n- required_engine_version: 0.57.0\n- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [{name: b, version: 0.1.0}]}]\n",
        "- list: l\n  items: []\n- list: m\n  items: [l, 1, true, 'x y']\n- macro: n\n  condition: proc.name in (m)\n",
        Rule.Replace("WARNING", "warning", StringComparison.Ordinal) + "  tags: [a, b]\n  enabled: false\n  capture: true\n  capture_duration: 500\n  warn_evttypes: false\n  skip-if-unknown-filter: true\n  source: syscall\n",
        Rule + "  exceptions:\n  - {name: a, fields: proc.name, comps: in, values: [x, y]}\n  - {name: b, fields: [proc.name, fd.name], comps: [in, startswith], values: [[[x, y], /etc], [z, /tmp]]}\n",
        Rule + "- rule: r\n  enabled: false\n- rule: r\n  condition: and proc.name = x\n  output: p\n  override: {condition: append, output: replace}\n- rule: r\n  append: true\n  condition: or evt.num = 1\n",
        "- list: l\n  items: [x]\n  override: {items: append}\n- macro: m\n  condition: or evt.num=1\n  append: true\n",
    ]);

    [Fact]
    public void MistakesAreWrong() => AssertAll(right: false, [
        "list: l\nitems: []\n",
        "- just a text\n",
        "- name: neither list, macro nor rule\n",
        "- list: l\n",
        "- list: l\n  item: [a]\n  items: [a]\n",
        "- list: l\n  items: a\n",
        "- list: l\n  items: [[a]]\n",
        "- macro: m\n",
        "- macro: m\n  condition: [evt.num = 1]\n",
        "- macro: m\n  condition: evt.num = 1\n  priority: INFO\n",
        Rule.Replace("  output: o\n", "", StringComparison.Ordinal),
        Rule.Replace("WARNING", "URGENT", StringComparison.Ordinal),
        Rule.Replace("condition", "conditoin", StringComparison.Ordinal),
        Rule + "  enabled: maybe\n",
        Rule + "  tags: a\n",
        Rule + "  items: [a]\n",
        Rule + "  exceptions: [{fields: proc.name}]\n",
        Rule + "  exceptions: [{name: a, fields: proc.name, value: [x]}]\n",
        Rule + "  override: {condition: prepend}\n",
        Rule + "  override: {priority: append}\n",
        Rule + "  override: {}\n",
        "- required_plugin_versions: [{name: a}]\n",
    ]);

    /// <summary>The schema is written by hand: it must know the keys that findings are reported against.</summary>
    [Fact]
    public void EveryKeyOfTheFormatIsThere()
    {
        using var schema = JsonDocument.Parse(EditorSchema.Rules.ToArray());
        var keys = schema.RootElement.GetProperty("definitions").GetProperty("item").GetProperty("properties").EnumerateObject().Select(static p => p.Name).ToArray();
        Assert.Equal(RuleSchema.Keys.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
    }

    private static string Conformance => Environment.GetEnvironmentVariable("CONFORMANCE_DIR") ?? Path.Combine(Repository.Root, "..", "shared", "conformance");

    private static void AssertAll(bool right, string[] texts)
    {
        foreach (var (text, errors) in Ajv.Check(EditorSchema.Rules, texts.Select(static t => (t, t)))) Assert.True(right == (errors.Length == 0), $"{text}\n{string.Join("; ", errors)}");
    }
}
