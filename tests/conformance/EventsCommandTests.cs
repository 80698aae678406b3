using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Groups 7_captures and 6_sinsp_seq once more, as a person sees them: <c>events</c> prints for each capture the values that the cases name.</summary>
public sealed class EventsCommandTests
{
    private const string Rows = "7_captures";
    private const string Sequences = "6_sinsp_seq";

    /// <summary>A command line has its limits.</summary>
    private const int FieldsAtOnce = 60;

    /// <summary>Stands between two values; in no capture.</summary>
    private const string Between = "\u0001\u0002";

    public static IEnumerable<TheoryDataRow<string>> RowCases() => ConformanceData.Names(Rows).Where(n => n.Data.Length == 0 || ConformanceData.Case(Rows, n.Data).GetProperty("expect").TryGetProperty("rows", out _));

    public static IEnumerable<TheoryDataRow<string>> SequenceCases() => ConformanceData.Names(Sequences);

    [Theory, MemberData(nameof(RowCases))]
    public void EveryRowOfACaptureIsPrinted(string name) => ConformanceData.Run(Rows, name, test =>
    {
        var rows = test.GetProperty("expect").GetProperty("rows").EnumerateArray().ToDictionary(r => r.GetProperty("evt").GetUInt64(), r => r.GetProperty("fields"));
        var fields = rows.Values.SelectMany(f => f.EnumerateObject().Select(p => p.Name)).Distinct().Where(IsPrintable).ToArray();
        var differences = new StringBuilder();
        foreach (var some in fields.Chunk(FieldsAtOnce))
        {
            var printed = Print(test.GetProperty("capture").GetString()!, some);
            foreach (var (number, expected) in rows)
            {
                for (var i = 0; i < some.Length; i++)
                {
                    var want = expected.TryGetProperty(some[i], out var text) ? text.GetString() : null;
                    Compare(number, some[i], want, printed.GetValueOrDefault(number)?[i], differences);
                }
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
    });

    [Theory, MemberData(nameof(SequenceCases))]
    public void EveryValueThatASequenceNamesIsPrinted(string name) => ConformanceData.Run(Sequences, name, test =>
    {
        if (!test.TryGetProperty("checks", out var all)) return;
        var checks = all.EnumerateArray().Where(c => c.TryGetProperty("field", out var f) && c.TryGetProperty("value", out _) && c.TryGetProperty("evt", out _) && IsPrintable(f.GetString()!)).ToArray();
        var differences = new StringBuilder();
        foreach (var some in checks.Select(c => c.GetProperty("field").GetString()!).Distinct().Chunk(FieldsAtOnce))
        {
            var printed = Print(test.GetProperty("capture").GetString()!, some);
            foreach (var check in checks)
            {
                var at = Array.IndexOf(some, check.GetProperty("field").GetString()!);
                if (at < 0) continue;
                var number = check.GetProperty("evt").GetUInt64();
                var value = check.GetProperty("value");
                Compare(number, some[at], value.ValueKind == JsonValueKind.Null ? null : value.GetString(), printed.GetValueOrDefault(number)?[at], differences);
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
    });

    /// <summary>The values by the event's number.</summary>
    private static Dictionary<ulong, string[]> Print(string capture, string[] fields)
    {
        var format = "*%evt.num" + string.Concat(fields.Select(f => Between + "%" + f)) + Between;
        var run = SensorRun.Raw(["events", ConformanceData.File(capture), "--format", format]);
        var printed = new Dictionary<ulong, string[]>();
        // A value may hold line breaks: a row ends where its last separator stands before one.
        foreach (var row in run.Out.Split(Between + "\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var values = row.Split(Between);
            printed[ulong.Parse(values[0], System.Globalization.CultureInfo.InvariantCulture)] = values[1..];
        }
        return printed;
    }

    private static void Compare(ulong number, string field, string? want, string? have, StringBuilder differences)
    {
        if (CaptureReplay.Comparable(field, want ?? "<NA>") == CaptureReplay.Comparable(field, have ?? "no line")) return;
        differences.Append(number).Append(' ').Append(field).Append(": expected ").Append(want ?? "<NA>").Append(" but was ").Append(have ?? "no line").Append('\n');
    }

    /// <summary>Whether an output can show the field: its name stands in a format as it is.</summary>
    private static bool IsPrintable(string field)
    {
        try
        {
            OutputFormat.Compile("%" + field, CaptureReplay.Catalog);
            return true;
        }
        catch (FilterException)
        {
            return false;
        }
    }
}
