using System.Text.Json;
using Peregrine.Capture;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Replay;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>The tables that a recording begins with give back the state that they were made of.</summary>
public sealed class StateTablesTests
{
    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    [Fact]
    public void SeedingFromTheTablesGivesTheSameState()
    {
        var tables = new CaptureMetadata { Threads = [Capture.CaptureSamples.Thread(100), Capture.CaptureSamples.Thread(101)] };
        tables.Threads[1].Fds = [];
        var once = Tables(tables);
        Assert.Equal(Text(once), Text(Tables(once)));
        Assert.Equal(Text(Threads(tables)), Text(Threads(once)));
    }

    [Fact]
    public void DescriptorsStandWithTheMainThreadOnly()
    {
        var threads = Threads(new CaptureMetadata { Threads = [Capture.CaptureSamples.Thread(101), Capture.CaptureSamples.Thread(100)] });
        var records = StateTables.Threads(threads);
        Assert.Equal([21, 0], records.Select(r => r.Fds.Count));
        Assert.Equal(21, Assert.Single(StateTables.Threads(threads.Take(1))).Fds.Count);
    }

    [Fact]
    public void PlaceholdersAndUnfinishedSocketsAreNotStored()
    {
        var group = new ThreadGroup { Pid = 1 };
        group.Fds.Set(3, new FdEntry { Type = FdType.Socket });
        group.Fds.Set(4, new FdEntry { Type = FdType.File, Name = "/x"u8.ToArray(), Device = 5 });
        var record = Assert.Single(StateTables.Threads([new ThreadEntry { Tid = 1, Pid = 1, Group = group }, new ThreadEntry { Tid = 2, Pid = 2, Group = new(), IsKnown = false }]));
        Assert.Equal((4, FdRecordType.FileV2, 5u), (record.Fds[0].Fd, record.Fds[0].Type, record.Fds[0].Device));
        Assert.Single(record.Fds);
    }

    private static List<ThreadEntry> Threads(CaptureMetadata tables) => [.. CaptureSeed.Threads(tables)];

    private static CaptureMetadata Tables(CaptureMetadata tables) => new() { Threads = StateTables.Threads(Threads(tables)) };

    private static string Text(CaptureMetadata tables) => JsonSerializer.Serialize(tables, WithFields);

    private static string Text(List<ThreadEntry> threads) => string.Join('\n', threads.Select(t =>
        $"{t.Tid} {t.Pid} {Convert.ToHexString(t.Args)} {Convert.ToHexString(t.Group.Cwd)} {Convert.ToHexString(t.Group.Env)} {Convert.ToHexString(t.Cgroups)} {t.ExeInodeMtime} {t.Pgid} " +
        string.Join(',', t.Group.Fds.Entries().Select(f => $"{f.Fd}:{f.Entry.Type}:{Convert.ToHexString(f.Entry.Name)}:{f.Entry.Tuple.SourceAddress}:{f.Entry.Device}"))));
}
