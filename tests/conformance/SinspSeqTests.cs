using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Group 6_sinsp_seq: short recordings with checks of fields, conditions and output formats.</summary>
public sealed class SinspSeqTests
{
    private const string Group = "6_sinsp_seq";

    public static IEnumerable<TheoryDataRow<string>> Cases() => ConformanceData.Names(Group);

    [Theory, MemberData(nameof(Cases))]
    public void EveryCheckHolds(string name) => ConformanceData.Run(Group, name, test =>
    {
        var differences = new StringBuilder();
        var checks = test.GetProperty("checks").EnumerateArray().ToArray();
        foreach (var check in checks.Where(c => c.TryGetProperty("invalid", out _))) Refuse(check, differences);
        var byEvent = checks.Where(c => c.TryGetProperty("evt", out _)).ToLookup(c => c.GetProperty("evt").GetUInt64());
        var scratch = new EvaluationScratch();
        var resolved = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (events, done) = (0, 0);
        CaptureReplay.Run(ConformanceData.File(test.GetProperty("capture").GetString()!), (ref EventContext context) =>
        {
            events++;
            foreach (var check in byEvent[context.Number])
            {
                done++;
                scratch.Buffer.Reset();
                Run(ref context, check, scratch, resolved, differences);
            }
        });
        Assert.Equal(test.GetProperty("events_total").GetInt32(), events);
        Assert.Equal(byEvent.Sum(e => e.Count()), done);
        Assert.True(differences.Length == 0, differences.ToString());
    });

    private static void Run(ref EventContext context, JsonElement check, EvaluationScratch scratch, SortedDictionary<string, string> resolved, StringBuilder differences)
    {
        if (check.TryGetProperty("field", out var field)) CheckField(ref context, field.GetString()!, check, scratch, differences);
        else if (check.TryGetProperty("filter", out var filter)) CheckFilter(ref context, filter.GetString()!, check, scratch, differences);
        else CheckFormat(ref context, check, scratch, resolved, differences);
    }

    private static void CheckField(ref EventContext context, string field, JsonElement check, EvaluationScratch scratch, StringBuilder differences)
    {
        var have = CaptureReplay.Text(ref context, field, scratch.Buffer);
        if (check.TryGetProperty("has_value", out var has))
        {
            if (has.GetBoolean() != have is not null) Add(differences, ref context, field, has.GetBoolean() ? "a value" : null, have);
            return;
        }
        var want = check.GetProperty("value").GetString();
        if (CaptureReplay.Comparable(field, want) != CaptureReplay.Comparable(field, have)) Add(differences, ref context, field, want, have);
    }

    private static void CheckFilter(ref EventContext context, string filter, JsonElement check, EvaluationScratch scratch, StringBuilder differences)
    {
        var have = new FilterCompiler(CaptureReplay.Catalog, null).Compile(ConditionParser.Parse(filter)).Matches(ref context, scratch);
        if (have != check.GetProperty("value").GetBoolean()) Add(differences, ref context, filter, (!have).ToString(), have.ToString());
    }

    /// <summary>The reference's fields pile up over the formats of a case.</summary>
    private static void CheckFormat(ref EventContext context, JsonElement check, EvaluationScratch scratch, SortedDictionary<string, string> resolved, StringBuilder differences)
    {
        var format = check.GetProperty("format").GetString()!;
        var want = check.GetProperty("output").GetString();
        var have = check.GetProperty("as").GetString() == "json" ? FormatText.JsonOf(ref context, format, scratch) : FormatText.Of(ref context, format, scratch);
        if (have != want) Add(differences, ref context, format, want, have);
        foreach (var (key, value) in FormatText.Fields(ref context, format, scratch, check.GetProperty("resolve_transformed").GetBoolean())) resolved[key] = value;
        var fields = check.GetProperty("fields").EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetString());
        foreach (var (key, value) in fields)
            if (resolved.GetValueOrDefault(key) != value) Add(differences, ref context, format + " " + key, value, resolved.GetValueOrDefault(key));
        foreach (var key in resolved.Keys.Except(fields.Keys)) Add(differences, ref context, format + " " + key, null, resolved[key]);
    }

    private static void Refuse(JsonElement check, StringBuilder differences)
    {
        var format = check.GetProperty("format").GetString()!;
        try
        {
            OutputFormat.Compile(format, CaptureReplay.Catalog);
            differences.Append(format).Append(": expected to be refused\n");
        }
        catch (FilterException e)
        {
            var want = check.GetProperty("error").GetString()!;
            if (!e.Message.StartsWith(want, StringComparison.Ordinal)) differences.Append(format).Append(": expected error ").Append(want).Append(" but was ").Append(e.Message).Append('\n');
        }
    }

    private static void Add(StringBuilder differences, ref EventContext context, string what, string? want, string? have) =>
        differences.Append(context.Number).Append(' ').Append(context.Event.Info.Id).Append(' ').Append(what).Append(": expected ").Append(want ?? "no value").Append(" but was ").Append(have ?? "no value").Append('\n');
}
