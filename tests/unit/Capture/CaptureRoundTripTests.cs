using System.Text.Json;
using Peregrine.Capture;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>What is written is read back, and copying a copy changes nothing.</summary>
public sealed class CaptureRoundTripTests
{
    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    [Fact]
    public void WhoMadeACaptureStandsInItsFirstBlock()
    {
        var buffer = new byte[4096];
        var capture = CaptureSamples.Write(CaptureCompression.None, writer =>
        {
            writer.WriteSection(new CaptureMetadata { Application = CaptureMetadata.ApplicationOf("1.2.3") });
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/note"u8)), 0, CaptureEventFlags.StateOnly);
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/first"u8)), 0);
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/unseen"u8)), 0, CaptureEventFlags.StateOnly);
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/third"u8)), 0);
        });
        using var reader = CaptureReader.Open(new MemoryStream(capture));
        Assert.Equal(("Peregrine 1.2.3", true), (reader.Metadata.Application, reader.Metadata.IsOwn));
        // What our own captures tell before their first event belongs to the tables: the first event is the first.
        var numbers = new List<(int, bool)>();
        while (reader.TryRead(out var e)) numbers.Add(((int)e.Number, e.IsSurfaced));
        Assert.Equal([(0, false), (1, true), (2, false), (3, true)], numbers);
        Assert.Equal((2ul, 1ul), (reader.Surfaced, reader.Dropped));
    }

    [Theory]
    [InlineData("01000400")]
    [InlineData("0400FFFF41424344")]
    [InlineData("02000300414243000400")]
    public void BrokenOptionsOfTheFirstBlockSayNothing(string options)
    {
        var fields = new BlockBytes.Fields().U32(0x1A2B3C4D).U16(1).U16(2).U64(ulong.MaxValue).Bytes(Convert.FromHexString(options));
        using var reader = CaptureReader.Open(new MemoryStream(new BlockBytes().Block(0x0A0D0D0A, fields).Event().ToArray()));
        Assert.Equal("", reader.Metadata.Application);
        Assert.True(reader.TryRead(out _));
    }

    [Fact]
    public void EveryFieldOfTheTablesComesBack()
    {
        var read = ReadResult.Of(CaptureSamples.Small());
        Assert.Null(read.Error);
        Assert.Equal(Text(CaptureSamples.Metadata()), Text(read.Metadata!));
    }

    [Theory]
    [InlineData(CaptureCompression.None)]
    [InlineData(CaptureCompression.Gzip)]
    public void ACopyOfACaptureIsTheSameToTheByte(CaptureCompression compression)
    {
        var first = CaptureSamples.Small(compression);
        Assert.Equal(first, Copy(first, compression));
    }

    [Fact]
    public void CpuFlagsAndLargeEventsComeBack()
    {
        using var reader = CaptureReader.Open(new MemoryStream(CaptureSamples.Small()));
        var seen = new List<(ushort Cpu, CaptureEventFlags Flags, bool Surfaced, ulong Number, int Size)>();
        while (reader.TryRead(out var e)) seen.Add((e.Cpu, e.Flags, e.IsSurfaced, e.Number, e.Event.Record.Length));
        Assert.Equal([0, 3, 1, 0, 0, 2], seen.Select(e => (int)e.Cpu));
        Assert.Equal([1, 2, 3, 4, 5, 6], seen.Select(e => (int)e.Number));
        Assert.Equal([true, false, true, true, true, true], seen.Select(e => e.Surfaced));
        Assert.Equal((CaptureEventFlags)8, seen[4].Flags);
        Assert.True(seen[4].Size > 100_000);
        Assert.Equal((5UL, 1UL), (reader.Surfaced, reader.Dropped));
    }

    [Fact]
    public void TextsAboveTheFormatsLimitsAreCut()
    {
        var thread = CaptureSamples.Thread(1);
        thread.Cwd = new byte[5000];
        Array.Fill(thread.Cwd, (byte)'x');
        thread.Env = [.. thread.Cwd];
        thread.Fds = [new FdRecord { Fd = 1, Type = FdRecordType.File, Name = thread.Cwd }];
        var read = ReadResult.Of(CaptureSamples.Write(CaptureCompression.None, writer =>
        {
            writer.WriteSection(new CaptureMetadata { Threads = [thread] });
            CaptureSamples.WriteEvents(writer);
        }));
        Assert.Null(read.Error);
        var back = read.Metadata!.Threads[0];
        Assert.Equal((1024, 4096, 1023), (back.Cwd.Length, back.Env.Length, back.Fds[0].Name.Length));
    }

    [Fact]
    public void AProcessListOfManyBlocksIsOneList()
    {
        var threads = Enumerable.Range(1, 3000).Select(i => CaptureSamples.Thread(i)).ToList();
        foreach (var thread in threads) thread.Env = new byte[4000];
        var read = ReadResult.Of(CaptureSamples.Write(CaptureCompression.Gzip, writer =>
        {
            writer.WriteSection(new CaptureMetadata { Threads = threads });
            CaptureSamples.WriteEvents(writer);
        }));
        Assert.Null(read.Error);
        Assert.Equal(threads.Select(t => t.Tid), read.Metadata!.Threads.Select(t => t.Tid));
    }

    [Fact]
    public void ACaptureThatWasJoinedToAnotherStartsANewSection()
    {
        byte[] joined = [.. CaptureSamples.Small(CaptureCompression.Gzip), .. CaptureSamples.Small(CaptureCompression.Gzip)];
        using var reader = CaptureReader.Open(new MemoryStream(joined));
        var first = reader.Metadata;
        var starts = new List<bool>();
        while (reader.TryRead(out var e)) starts.Add(e.StartsSection);
        Assert.Equal([6], starts.Index().Where(s => s.Item).Select(s => s.Index));
        Assert.Equal(12, starts.Count);
        Assert.NotSame(first, reader.Metadata);
        Assert.Equal(10UL, reader.Surfaced);
    }

    private static byte[] Copy(byte[] capture, CaptureCompression compression) => CaptureSamples.Write(compression, writer =>
    {
        using var reader = CaptureReader.Open(new MemoryStream(capture));
        writer.WriteSection(reader.Metadata);
        while (reader.TryRead(out var e)) writer.WriteEvent(e);
    });

    private static string Text(CaptureMetadata metadata) => JsonSerializer.Serialize(metadata, WithFields);
}
