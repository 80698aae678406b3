using System.Buffers.Binary;
using System.Globalization;
using Peregrine.Capture;
using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>
/// Mutated captures end in events, in an error or in both: never in another exception, never in a hang, never in memory without bound.
/// <c>PEREGRINE_MUTATIONS</c> sets how many (default 4,000); <c>PEREGRINE_MUTATION_SEED</c> where the series begins, to repeat one.
/// </summary>
public sealed class CaptureMutationTests
{
    /// <summary>A small capture may fill what its own lengths allow; a lying length must not.</summary>
    private const long MostMemory = 64 << 20;

    private static readonly uint[] Interesting = [0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 29, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
        0x0A0D0D0A, 0x201, 0x215, 0x216, 0x217, 0x218, 0x219, 0x220, 0x221, 0x222, 0x204, 0x208];

    [Fact]
    public void NoMutationGetsPastTheReader()
    {
        var count = Setting("PEREGRINE_MUTATIONS", 4000);
        var first = Setting("PEREGRINE_MUTATION_SEED", 1);
        var seeds = Seeds();
        foreach (var seed in seeds) Assert.Null(ReadResult.Of(seed).Error);
        for (var i = first; i < first + count; i++)
        {
            var capture = Mutate(seeds, new Random(i));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(capture);
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i}: {e}");
            }
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used < MostMemory, $"mutation {i} allocated {used} bytes");
        }
    }

    private static void ReadAll(byte[] capture)
    {
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(capture, writable: false));
            while (reader.TryRead(out var e))
                for (var i = 0; i < e.Event.ParamCount; i++) _ = e.Event.Param(i).Length;
        }
        catch (CaptureException)
        {
        }
    }

    private static byte[] Mutate(List<byte[]> seeds, Random random)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (var steps = random.Next(1, 6); steps > 0; steps--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(9))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2 or 3: Word(bytes, at & ~3, Interesting[random.Next(Interesting.Length)], 4); break;
                case 4: Word(bytes, at & ~1, Interesting[random.Next(Interesting.Length)], 2); break;
                case 5: bytes.RemoveRange(at, Math.Min(random.Next(1, 64), bytes.Count - at)); break;
                case 6: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 64), bytes.Count - at))); break;
                case 7: bytes.RemoveRange(at, bytes.Count - at); break;
                case 8:
                    var other = seeds[random.Next(seeds.Count)];
                    bytes.InsertRange(at, other.AsSpan(random.Next(other.Length)));
                    break;
            }
            if (bytes.Count == 0) break;
        }
        return [.. bytes];
    }

    private static void Word(List<byte> bytes, int at, uint value, int size)
    {
        for (var i = 0; i < size && at + i < bytes.Count; i++) bytes[at + i] = (byte)(value >> (8 * i));
    }

    private static List<byte[]> Seeds()
    {
        var buffer = new byte[4096];
        var small = CaptureSamples.Write(CaptureCompression.None, writer =>
        {
            writer.WriteSection(CaptureSamples.Metadata());
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/etc/passwd"u8)), 0);
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Read(buffer, CaptureSamples.Start, 100, "data"u8)), 1, CaptureEventFlags.StateOnly);
            writer.WriteEvent(EventView.Trusted(CaptureSamples.Plugin(buffer, CaptureSamples.Start, "{}"u8)), 1);
        });
        return [small, Gzip(small), OldEvents(0x216), OldEvents(0x217), .. OldVersions()];
    }

    private static byte[] Gzip(byte[] capture)
    {
        var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Fastest)) gzip.Write(capture);
        return stream.ToArray();
    }

    /// <summary>Pairs of every enter and exit event that the conversion knows, with the numbers of parameters it knows.</summary>
    private static byte[] OldEvents(uint block)
    {
        var capture = BlockBytes.Section();
        for (var code = 0; code < EventSchema.Count; code++)
            for (var count = 0; count < 30; count++)
            {
                if (ConversionTable.Find((EventType)code, count) is null) continue;
                var fields = new BlockBytes.Fields().U16(0);
                if (block == 0x217) fields.U32(0);
                capture.Block(block, fields.Bytes(Record((EventType)code, count)));
            }
        return capture.ToArray();
    }

    private static byte[] Record(EventType type, int count)
    {
        var buffer = new byte[2048];
        var w = new EventWriter(buffer, type, CaptureSamples.Start, 100 + (int)type / 2, count);
        for (var i = 0; i < count; i++)
            w.Bytes(new byte[i < EventSchema.Get(type).Params.Length ? Math.Max(3, EventSchema.LengthOf(EventSchema.Get(type).Params[i].Type).Min) : 4]);
        return w.Finish().ToArray();
    }

    /// <summary>Events of the first version, whose header has no number of parameters.</summary>
    private static IEnumerable<byte[]> OldVersions()
    {
        foreach (var block in new uint[] { 0x204, 0x208, 0x8010ABCD })
        {
            var record = Record(EventType.SyscallOpenX, 4);
            byte[] old = [.. record.AsSpan(0, 22), .. record.AsSpan(26)];
            BinaryPrimitives.WriteInt32LittleEndian(old.AsSpan(16), old.Length);
            var fields = new BlockBytes.Fields().U16(0);
            if (block == 0x208) fields.U32(0);
            yield return BlockBytes.Section().Block(block, fields.Bytes(old)).ToArray();
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
