using System.Buffers.Binary;
using Peregrine.Capture;
using Peregrine.Events;

namespace Peregrine.UnitTests.Capture;

/// <summary>Makes captures that are a little wrong out of right ones.</summary>
internal static class CaptureMutations
{
    private static readonly uint[] Interesting = [0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 29, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
        0x0A0D0D0A, 0x201, 0x215, 0x216, 0x217, 0x218, 0x219, 0x220, 0x221, 0x222, 0x204, 0x208];

    /// <summary>A capture that differs from one of the seeds in a few places.</summary>
    public static byte[] Mutate(List<byte[]> seeds, Random random)
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

    /// <summary>Captures that have some of everything.</summary>
    public static List<byte[]> Seeds()
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

    /// <summary>One event of every type of today, each parameter of a size that its type has, or a text.</summary>
    public static byte[] EveryEvent()
    {
        var capture = BlockBytes.Section();
        var buffer = new byte[4096];
        foreach (var info in EventSchema.Events)
        {
            if (ConversionNeeds.Of(info.Type, info.Params.Length) != ConversionNeed.None) continue;
            var w = new EventWriter(buffer, info.Type, CaptureSamples.Start, 100 + (int)info.Type % 7);
            foreach (var param in info.Params)
            {
                var least = EventSchema.LengthOf(param.Type).Min;
                if (least > 0) w.Bytes(new byte[least]);
                else if (info.Type == EventType.AsynceventE && param.Name == "name") w.Text("container"u8);
                else if (info.Type is EventType.AsynceventE or EventType.ContainerJson_2E) w.Text("""{"container":{"id":"5ea733068030","name":"web","Mounts":[{"Source":"/a","RW":true}],"labels":{"a":"b"}}}"""u8);
                else w.Text("/some/text"u8);
            }
            capture.Block(EventSchema.IsLarge(info.Type) ? 0x221u : 0x216u, new BlockBytes.Fields().U16(0).Bytes(w.Finish().ToArray()));
        }
        return capture.ToArray();
    }
}
