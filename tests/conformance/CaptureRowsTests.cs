using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Group 7_captures, the cases that list events with every field that has a value.</summary>
public sealed class CaptureRowsTests
{
    private const string Group = "7_captures";

    /// <summary>Cases do not list the whole environment of every process as a field of its own; it is on the list all the same.</summary>
    private static readonly Lazy<string[]> Fields = new(static () => [.. Rows().SelectMany(r => r.GetProperty("fields").EnumerateObject()).Select(f => f.Name).Append("proc.env").Distinct()]);

    public static IEnumerable<TheoryDataRow<string>> Cases() => ConformanceData.Names(Group).Where(n => n.Data.Length == 0 || HasRows(ConformanceData.Case(Group, n.Data)));

    [Theory, MemberData(nameof(Cases))]
    public void EachRowHasTheFieldsOfTheReferenceAndNoOther(string name) => ConformanceData.Run(Group, name, test =>
    {
        var rows = test.GetProperty("expect").GetProperty("rows").EnumerateArray().ToDictionary(r => r.GetProperty("evt").GetUInt64());
        var differences = new StringBuilder();
        var seen = 0;
        var scratch = new EvaluationScratch();
        CaptureReplay.Run(ConformanceData.File(test.GetProperty("capture").GetString()!), (ref EventContext context) =>
        {
            if (!rows.TryGetValue(context.Number, out var row)) return;
            seen++;
            Compare(ref context, row, scratch, differences);
        });
        Assert.Equal(rows.Count, seen);
        Assert.True(differences.Length == 0, differences.ToString());
    });

    private static void Compare(ref EventContext context, JsonElement row, EvaluationScratch scratch, StringBuilder differences)
    {
        var expected = row.GetProperty("fields");
        foreach (var field in Fields.Value)
        {
            scratch.Buffer.Reset();
            var want = expected.TryGetProperty(field, out var text) ? text.GetString() : null;
            var have = CaptureReplay.Text(ref context, field, scratch.Buffer);
            if (CaptureReplay.Comparable(field, want) != CaptureReplay.Comparable(field, have)) Add(differences, context.Number, row, field, want, have);
        }
        if (!row.TryGetProperty("formats", out var formats)) return;
        foreach (var format in formats.EnumerateObject())
        {
            scratch.Buffer.Reset();
            var have = FormatText.CompleteOf(ref context, format.Name, scratch);
            var want = format.Value.ValueKind == JsonValueKind.Null ? null : format.Value.GetString();
            if (have != want) Add(differences, context.Number, row, format.Name, want, have);
        }
    }

    private static void Add(StringBuilder differences, ulong number, JsonElement row, string what, string? want, string? have) =>
        differences.Append(number).Append(' ').Append(row.GetProperty("type").GetString()).Append(' ').Append(what).Append(": expected ").Append(want ?? "no value").Append(" but was ").Append(have ?? "no value").Append('\n');

    private static bool HasRows(JsonElement test) => test.GetProperty("expect").TryGetProperty("rows", out _);

    private static IEnumerable<JsonElement> Rows() => ConformanceData.Names(Group).Where(n => n.Data.Length > 0).Select(n => ConformanceData.Case(Group, n.Data)).Where(HasRows)
        .SelectMany(c => c.GetProperty("expect").GetProperty("rows").EnumerateArray());
}
