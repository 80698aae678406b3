using System.Text.Encodings.Web;
using System.Text.Json;
using Peregrine.Rules;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Rule files load with the reference's results: JSON, text, description, and how many rules are enabled.</summary>
public sealed class RuleLoaderTests
{
    private const string Group = "2_rule_loader";

    public static IEnumerable<TheoryDataRow<string>> Names() => ConformanceData.Names(Group);

    [Theory]
    [MemberData(nameof(Names))]
    public void FilesLoadAsInTheReference(string name) => ConformanceData.Run(Group, name, Check);

    private static void Check(JsonElement test)
    {
        var expect = test.GetProperty("expect");
        var sources = test.TryGetProperty("extra_sources", out var extra) ? extra.EnumerateArray().Select(s => s.GetString()!).ToArray() : [];
        var loader = new RuleLoader(RuleCatalogs.Options([], sources) with { AppendOutput = AppendOutputs(test) });
        var results = test.GetProperty("files").EnumerateArray()
            .Select(f => loader.Load(f.GetProperty("name").GetString()!, f.GetProperty("content").GetString()!)).ToList();

        var written = Written(json => LoadJson.Write(json, results));
        Assert.True(JsonComparison.Difference(expect.GetProperty("results"), written) is null, JsonComparison.Difference(expect.GetProperty("results"), written));
        Assert.Equal(expect.GetProperty("text").EnumerateArray().Select(t => t.GetString()), results.Select(r => r.ToText()));
        if (expect.TryGetProperty("describe", out var describe))
        {
            var described = Written(json => Assert.True(RuleDescription.Write(json, loader)));
            var difference = JsonComparison.Difference(JsonComparison.Sorted(describe), JsonComparison.Sorted(described));
            Assert.True(difference is null, difference);
        }
        Assert.Equal(expect.GetProperty("enabled_rules").GetInt32(), loader.Rules.EnabledCount);
    }

    private static List<AppendOutput> AppendOutputs(JsonElement test)
    {
        if (!test.TryGetProperty("append_output", out var appends)) return [];
        return [.. appends.EnumerateArray().Select(a => new AppendOutput
        {
            Source = a.GetProperty("source").GetString()!,
            Rule = a.GetProperty("rule").GetString()!,
            Tags = [.. a.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)],
            ExtraOutput = a.TryGetProperty("extra_output", out var output) ? output.GetString()! : "",
            ExtraFields = a.TryGetProperty("extra_fields", out var fields) ? [.. fields.EnumerateArray().Select(ExtraField)] : [],
        })];
    }

    private static ExtraField ExtraField(JsonElement field)
    {
        if (field.ValueKind == JsonValueKind.String) return new(field.GetString()!, "%" + field.GetString(), IsRaw: true);
        var pair = field.EnumerateObject().First();
        return new(pair.Name, pair.Value.GetString()!, IsRaw: false);
    }

    internal static JsonElement Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) write(json);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
