using Peregrine.Capture;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>The ring keeps the newest events within its time and its bytes, in order.</summary>
public sealed class FlightRecorderTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void EventsOlderThanTheWindowGo()
    {
        var recorder = new FlightRecorder(TimeSpan.FromSeconds(10), 1 << 20);
        for (ulong i = 0; i <= 30; i++) Add(recorder, i * Second, 1, "x"u8);
        Assert.Equal(Enumerable.Range(20, 11).Select(i => (ulong)i * Second), Times(recorder));
        Assert.Equal(TimeSpan.FromSeconds(10), recorder.Span);
    }

    [Fact]
    public void TheOldestGoWhenTheBytesAreFull()
    {
        var recorder = new FlightRecorder(TimeSpan.FromHours(1), 10_000);
        for (ulong i = 1; i <= 10_000; i++)
        {
            // Lengths that make the end of the ring fall at every place of an entry.
            Add(recorder, i, 1, new byte[(int)(i * 7 % 211)]);
            var times = Times(recorder);
            Assert.Equal(i, times[^1]);
            for (var k = 1; k < times.Count; k++) Assert.Equal(times[k - 1] + 1, times[k]);
            Assert.Equal(times.Count, recorder.Count);
        }
        Assert.InRange(recorder.Count, 30, 200);
    }

    [Fact]
    public void ACaptureOfTheRingReadsBack()
    {
        var recorder = new FlightRecorder(TimeSpan.FromHours(1), 1 << 20);
        var buffer = new byte[512];
        recorder.Add(EventView.Trusted(CaptureSamples.Open(buffer, Second, 7, "/a"u8)), 3, CaptureEventFlags.StateOnly);
        recorder.Add(EventView.Trusted(CaptureSamples.Read(buffer, Second + 1, 8, "b"u8)), 4);
        var capture = CaptureSamples.Write(CaptureCompression.None, writer => Assert.Equal((2, false), recorder.WriteTo(writer, CaptureSamples.Metadata)));
        using var reader = CaptureReader.Open(new MemoryStream(capture));
        Assert.True(reader.TryRead(out var e));
        Assert.Equal((3, CaptureEventFlags.StateOnly, 7L), (e.Cpu, e.Flags, e.Event.ThreadId));
        Assert.True(reader.TryRead(out e));
        Assert.Equal((4, CaptureEventFlags.None, 8L), (e.Cpu, e.Flags, e.Event.ThreadId));
        Assert.False(reader.TryRead(out e));
    }

    [Fact]
    public void ADumpBeginsAtTheOldestCheckpointThatIsStillHeld()
    {
        var recorder = new FlightRecorder(TimeSpan.FromSeconds(10), 1 << 20);
        for (ulong i = 0; i <= 30; i++)
        {
            if (i % 7 == 0) recorder.Checkpoint(new CaptureMetadata { Threads = [CaptureSamples.Thread((long)i + 1)] });
            Add(recorder, i * Second, 1, "x"u8);
        }
        // Events 20 to 30 are held; checkpoints were made before 0, 7, 14, 21 and 28.
        using var reader = CaptureReader.Open(new MemoryStream(CaptureSamples.Write(CaptureCompression.None,
            writer => Assert.Equal((10, true), recorder.WriteTo(writer, () => throw new InvalidOperationException("the checkpoint serves"))))));
        Assert.Equal(22, reader.Metadata.Threads[0].Tid);
        Assert.True(reader.TryRead(out var e));
        Assert.Equal(21 * Second, e.Event.Timestamp);
    }

    [Fact]
    public void CheckpointsAreWantedEachHalfOfTheWindowAndOfTheRing()
    {
        var tables = new CaptureMetadata();
        var recorder = new FlightRecorder(TimeSpan.FromSeconds(10), 100_000);
        Assert.True(recorder.WantsCheckpoint);
        Add(recorder, 100 * Second, 1, "x"u8);
        Assert.True(recorder.Checkpoint(tables));
        Assert.False(recorder.WantsCheckpoint);
        Add(recorder, 104 * Second, 1, "x"u8);
        Assert.False(recorder.WantsCheckpoint);
        Add(recorder, 105 * Second, 1, "x"u8);
        Assert.True(recorder.WantsCheckpoint);
        recorder.Checkpoint(tables);
        for (ulong i = 0; i < 60; i++) Add(recorder, 105 * Second + i, 1, new byte[900]);
        Assert.True(recorder.WantsCheckpoint);
    }

    [Fact]
    public void TheTablesOfCheckpointsAreBoundedByBytesToo()
    {
        var small = new CaptureMetadata { Threads = [new ThreadRecord()] };
        var large = new CaptureMetadata { Threads = [.. Enumerable.Range(0, 100).Select(i => new ThreadRecord { Tid = i })] };
        var recorder = new FlightRecorder(TimeSpan.FromHours(1), 1 << 16, mostTables: 1000);
        for (ulong i = 0; i < 3; i++)
        {
            Assert.True(recorder.Checkpoint(small));
            Add(recorder, i + 1, 1, "x"u8);
        }
        Assert.False(recorder.Checkpoint(large));
        // The tables of two small checkpoints fit beside each other, those of three do not; the large one has pushed out all and is not kept itself.
        using var stream = new MemoryStream();
        using var writer = new CaptureWriter(stream, leaveOpen: true);
        Assert.Equal((3, false), recorder.WriteTo(writer, () => small));
        recorder.Checkpoint(small);
        Add(recorder, 9, 1, "x"u8);
        Assert.Equal((1, true), recorder.WriteTo(writer, () => small));
    }

    [Fact]
    public void AnEventLargerThanTheRingIsCountedAndHurtsNothing()
    {
        var recorder = new FlightRecorder(TimeSpan.FromHours(1), 500);
        Add(recorder, 1, 1, "x"u8);
        Add(recorder, 2, 1, new byte[600]);
        Assert.Equal((1, 1UL), (recorder.Count, recorder.Oversized));
    }

    [Fact]
    public void ClocksThatAreNotInStepLoseNothing()
    {
        var recorder = new FlightRecorder(TimeSpan.FromSeconds(1), 1 << 16);
        Add(recorder, 100 * Second, 1, "a"u8);
        Add(recorder, 100 * Second - 5, 1, "b"u8);
        Add(recorder, 100 * Second + 5, 1, "c"u8);
        Assert.Equal(3, recorder.Count);
        recorder.Clear();
        Assert.Empty(Times(recorder));
        Add(recorder, 101 * Second, 1, "d"u8);
        Assert.Single(Times(recorder));
    }

    [Fact]
    public void KeepingAnEventAllocatesNothing()
    {
        var recorder = new FlightRecorder(TimeSpan.FromSeconds(1), 1 << 16);
        var buffer = new byte[512];
        var view = EventView.Trusted(CaptureSamples.Read(buffer, 1, 1, "x"u8));
        for (var i = 0; i < 100; i++) recorder.Add(view, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++) recorder.Add(view, 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Add(FlightRecorder recorder, ulong time, long tid, ReadOnlySpan<byte> data) =>
        recorder.Add(EventView.Trusted(CaptureSamples.Read(new byte[1024], time, tid, data)), 0);

    private static List<ulong> Times(FlightRecorder recorder)
    {
        if (recorder.Count == 0) return [];
        var stream = new MemoryStream();
        using (var writer = new CaptureWriter(stream, leaveOpen: true))
            recorder.WriteTo(writer, () => new CaptureMetadata());
        stream.Position = 0;
        var times = new List<ulong>();
        using var reader = CaptureReader.Open(stream);
        while (reader.TryRead(out var e)) times.Add(e.Event.Timestamp);
        return times;
    }
}
