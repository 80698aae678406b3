using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Group 7_captures, the cases that count: events by type, events that only feed the state, threads at the start.</summary>
public sealed class CaptureCountsTests
{
    private const string Group = "7_captures";
    private const string Suffix = "/counts";

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        ConformanceData.Names(Group).Where(row => row.Skip is not null || row.Data.EndsWith(Suffix, StringComparison.Ordinal));

    [Theory, MemberData(nameof(Cases))]
    public void ACaptureHasTheSameEvents(string name) => ConformanceData.Run(Group, name, test =>
    {
        var expected = test.GetProperty("expect");
        var read = CapturedEvents.Read(ConformanceData.File(test.GetProperty("capture").GetString()!), keepParams: false);
        Assert.Null(read.Error);
        var byType = read.Items.CountBy(e => e.Type).ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal(expected.GetProperty("by_type").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32()), byType);
        Assert.Equal(expected.GetProperty("events").GetInt32(), read.Items.Count);
        Assert.Equal(expected.GetProperty("dropped").GetUInt64(), read.Dropped);
        Assert.Equal(expected.GetProperty("threads_at_start").GetInt32(), read.Threads);
    });
}
