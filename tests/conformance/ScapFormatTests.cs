using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Group 8_scap_format: versions of blocks, packing, malformed captures.</summary>
public sealed class ScapFormatTests
{
    private const string Group = "8_scap_format";

    public static IEnumerable<TheoryDataRow<string>> Cases() => ConformanceData.Names(Group);

    [Theory, MemberData(nameof(Cases))]
    public void ACaptureGivesItsEventsAndItsError(string name) => ConformanceData.Run(Group, name, test =>
    {
        var expected = test.GetProperty("expect");
        var read = CapturedEvents.Read(ConformanceData.File(test.GetProperty("capture").GetString()!));
        Assert.Equal(expected.TryGetProperty("error", out var error) ? OurWords(error.GetString()!) : null, read.Error);
        var events = expected.GetProperty("events").EnumerateArray().ToArray();
        Assert.Equal(events.Select(e => e.GetProperty("type").GetString()), read.Items.Select(e => e.Type));
        for (var i = 0; i < events.Length; i++)
        {
            Assert.Equal(i + 1, events[i].GetProperty("num").GetInt32());
            Assert.Equal(events[i].GetProperty("cpu").GetInt32(), read.Items[i].Cpu);
            Assert.Equal(events[i].GetProperty("params").EnumerateArray().Select(p => p.GetString()!), read.Items[i].Params);
        }
        Assert.Equal(expected.GetProperty("dropped").GetUInt64(), read.Dropped);
        CompareFields(ConformanceData.File(test.GetProperty("capture").GetString()!), events);
    });

    /// <summary>The threads, descriptors and users of each version of the tables, as fields of the events show them.</summary>
    private static void CompareFields(string capture, JsonElement[] events)
    {
        var at = 0;
        var buffer = new ValueBuffer();
        var differences = new StringBuilder();
        CaptureReplay.Run(capture, (ref EventContext context) =>
        {
            if (!events[at++].TryGetProperty("fields", out var fields)) return;
            foreach (var field in fields.EnumerateObject())
            {
                buffer.Reset();
                var have = CaptureReplay.Text(ref context, field.Name, buffer);
                if (have != field.Value.GetString()) differences.Append(at).Append(' ').Append(field.Name).Append(": expected ").Append(field.Value.GetString() ?? "no value").Append(" but was ").Append(have ?? "no value").Append('\n');
            }
        });
        Assert.True(differences.Length == 0, differences.ToString());
    }

    /// <summary>The reference names its own source line, and its upper layer says whose error it is; the reader does neither.</summary>
    private static string OurWords(string error) =>
        error.Replace("scap error: ", "", StringComparison.Ordinal).Replace(" at <file>, line <n>", "", StringComparison.Ordinal);
}
