using System.Buffers.Binary;
using Peregrine.Capture;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>Events of a schema newer than ours: passed over when reading, kept when copying.</summary>
public sealed class UnknownEventTests
{
    private static readonly byte[] Small = Record((EventType)900, 60);
    private static readonly byte[] Large = Record((EventType)901, 100_000);

    [Fact]
    public void ReadingPassesThemOver()
    {
        using var reader = CaptureReader.Open(new MemoryStream(Capture()));
        Assert.True(reader.TryRead(out var e));
        Assert.Equal((EventType.SyscallOpenX, 1UL), (e.Event.Type, e.Number));
        Assert.True(reader.TryRead(out e));
        Assert.Equal((EventType.SyscallOpenX, 2UL), (e.Event.Type, e.Number));
        Assert.False(reader.TryRead(out e));
        Assert.Equal((2UL, 0UL), (reader.Surfaced, reader.Dropped));
    }

    [Fact]
    public void ACopyKeepsThemToTheByte()
    {
        var original = Capture();
        var copy = new MemoryStream();
        using (var reader = CaptureReader.Open(new MemoryStream(original), new CaptureReaderOptions { KeepUnknown = true }))
        using (var writer = new CaptureWriter(copy, leaveOpen: true))
        {
            writer.WriteSection(reader.Metadata);
            while (reader.TryRead(out var e))
            {
                if (!EventSchema.IsKnown(e.Event.Type)) Assert.False(e.IsSurfaced);
                writer.WriteEvent(e);
            }
        }
        Assert.Equal(original, copy.ToArray());
    }

    [Fact]
    public void OnesWhoseLengthLiesArePassedOver()
    {
        var lying = (byte[])Small.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(16), 90);
        var capture = BlockBytes.Section().Block(0x216, new BlockBytes.Fields().U16(0).Bytes(lying)).Event().ToArray();
        using var reader = CaptureReader.Open(new MemoryStream(capture), new CaptureReaderOptions { KeepUnknown = true });
        Assert.True(reader.TryRead(out var e));
        Assert.True(EventSchema.IsKnown(e.Event.Type));
        Assert.False(reader.TryRead(out e));
    }

    private static byte[] Capture() => CaptureSamples.Write(CaptureCompression.None, writer =>
    {
        var buffer = new byte[256];
        writer.WriteSection(CaptureSamples.Metadata());
        writer.WriteEvent(Unknown(Small), 3, CaptureEventFlags.StateOnly);
        writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/a"u8)), 0);
        writer.WriteEvent(Unknown(Large), 4, CaptureEventFlags.Large);
        writer.WriteEvent(Unknown(Small), 5);
        writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/b"u8)), 0);
    });

    private static EventView Unknown(byte[] record)
    {
        Assert.True(EventView.TryReadUnknown(record, out var view));
        return view;
    }

    /// <summary>Nobody knows how its 64 parameters lie.</summary>
    private static byte[] Record(EventType type, int length)
    {
        var record = new byte[length];
        Random.Shared.NextBytes(record);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), length);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(20), (ushort)type);
        return record;
    }
}
