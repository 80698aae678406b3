using System.Text.Json;
using Peregrine.Rules;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Published rule files load with exactly the reference's findings and compiled conditions.</summary>
public sealed class RulesetTests
{
    private const string Group = "4_rulesets";

    public static IEnumerable<TheoryDataRow<string>> Names() => ConformanceData.Names(Group);

    [Theory]
    [MemberData(nameof(Names))]
    public void RulesetsLoadAsInTheReference(string name) => ConformanceData.Run(Group, name, Check);

    private static void Check(JsonElement test)
    {
        var expect = test.GetProperty("expect");
        var loader = new RuleLoader(RuleCatalogs.Options([.. test.GetProperty("plugins").EnumerateArray().Select(p => p.GetString()!)], []));
        var results = test.GetProperty("files").EnumerateArray().Select(f => f.GetString()!)
            .Select(f => loader.Load(Path.GetFileName(f), File.ReadAllBytes(ConformanceData.File(f)))).ToList();

        CheckResults(expect.GetProperty("results"), results);
        Assert.Equal(expect.GetProperty("ok").GetBoolean(), results.TrueForAll(r => r.Successful));
        Assert.Equal(expect.TryGetProperty("plugin_requirements_error", out var error) ? error.GetString() : null, loader.CheckPlugins());
        Assert.Equal(expect.GetProperty("enabled_rules").GetInt32(), loader.Rules.EnabledCount);

        var described = RuleLoaderTests.Written(json => Assert.True(RuleDescription.Write(json, loader)));
        Assert.Equal(expect.GetProperty("required_engine_version").GetString(), described.GetProperty("required_engine_version").GetString());
        Same(expect.GetProperty("required_plugin_versions"), described.GetProperty("required_plugin_versions"));
        foreach (var count in expect.GetProperty("counts").EnumerateObject())
            Assert.Equal((count.Name, count.Value.GetInt32()), (count.Name, described.GetProperty(count.Name).GetArrayLength()));
        var expected = expect.GetProperty("rules").EnumerateArray().ToList();
        var actual = described.GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++) CheckRule(expected[i], actual[i]);
    }

    private static void CheckResults(JsonElement expected, List<LoadResult> results)
    {
        var i = 0;
        foreach (var one in expected.EnumerateArray())
        {
            var result = results[i++];
            Assert.Equal(one.GetProperty("name").GetString(), result.Name);
            Assert.True(one.GetProperty("successful").GetBoolean() == result.Successful, result.ToText());
            Assert.Equal(one.GetProperty("schema_valid").GetBoolean(), result.SchemaValid);
            Assert.Equal(Findings(one.GetProperty("errors")), result.Errors.Select(e => (LoadErrorCodes.Code(e.Code), e.Message, ItemOf(e.Context))));
            Assert.Equal(Findings(one.GetProperty("warnings")), result.Warnings.Select(w => (LoadWarningCodes.Code(w.Code), w.Message, ItemOf(w.Context))));
        }
    }

    private static IEnumerable<(string, string, string)> Findings(JsonElement findings) =>
        findings.EnumerateArray().Select(f => (f.GetProperty("code").GetString()!, f.GetProperty("message").GetString()!, f.GetProperty("item").GetString()!));

    private static string ItemOf(LoadContext context) => context.Locations.Count > 1 ? context.Locations[1].ItemName : "";

    private static void CheckRule(JsonElement expected, JsonElement actual)
    {
        var details = actual.GetProperty("details");
        var info = actual.GetProperty("info");
        foreach (var property in expected.EnumerateObject())
        {
            var found = info.TryGetProperty(property.Name, out var value) ? value : details.GetProperty(property.Name);
            var difference = JsonComparison.Difference(JsonComparison.Sorted(property.Value), JsonComparison.Sorted(found), $"{expected.GetProperty("name")}.{property.Name}");
            Assert.True(difference is null, difference);
        }
    }

    private static void Same(JsonElement expected, JsonElement actual)
    {
        var difference = JsonComparison.Difference(expected, actual);
        Assert.True(difference is null, difference);
    }
}
