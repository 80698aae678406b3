using System.Text.Json;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Group 8_scap_convert: one old event each, brought to the current schema.</summary>
public sealed class ScapConvertTests
{
    private const string Group = "8_scap_convert";

    public static IEnumerable<TheoryDataRow<string>> Cases() => ConformanceData.Names(Group);

    [Theory, MemberData(nameof(Cases))]
    public void AnOldEventBecomesTheCurrentOne(string name) => ConformanceData.Run(Group, name, test =>
    {
        var expected = test.GetProperty("expect");
        var read = CapturedEvents.Read(ConformanceData.File(test.GetProperty("capture").GetString()!));
        Assert.Equal(expected.TryGetProperty("error", out var error) ? error.GetString() : null, read.Error);
        var events = expected.GetProperty("events").EnumerateArray().ToArray();
        Assert.Equal(events.Select(e => e.GetProperty("type").GetString()), read.Items.Select(e => e.Type));
        for (var i = 0; i < events.Length; i++)
        {
            Assert.Equal(events[i].GetProperty("tid").GetInt64(), read.Items[i].Tid);
            Assert.Equal(events[i].GetProperty("ts").GetUInt64(), read.Items[i].Timestamp);
            Assert.Equal(events[i].GetProperty("params").EnumerateArray().Select(p => p.GetString()!), read.Items[i].Params);
        }
        Assert.Equal(expected.GetProperty("dropped").GetUInt64(), read.Dropped);
    });
}
