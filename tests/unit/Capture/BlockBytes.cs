using System.Buffers.Binary;

namespace Peregrine.UnitTests.Capture;

/// <summary>Captures put together block by block, for versions that the writer no longer writes and for mistakes that it never makes.</summary>
internal sealed class BlockBytes
{
    private readonly List<byte> _bytes = [];

    public static BlockBytes Section(ushort major = 1) => new BlockBytes().Block(0x0A0D0D0A, new Fields().U32(0x1A2B3C4D).U16(major).U16(2).U64(ulong.MaxValue));

    public BlockBytes Block(uint type, Fields body)
    {
        var padded = (body.Count + 3) & ~3;
        var total = (uint)(padded + 12);
        Raw(type);
        Raw(total);
        _bytes.AddRange(body.ToArray());
        _bytes.AddRange(new byte[padded - body.Count]);
        Raw(total);
        return this;
    }

    /// <summary>An open event that any reader accepts.</summary>
    public BlockBytes Event(uint type = 0x216)
    {
        var buffer = new byte[256];
        return Block(type, new Fields().U16(0).Bytes(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/x"u8)));
    }

    public BlockBytes Raw(uint word)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, word);
        _bytes.AddRange(four);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Little-endian fields of a body.</summary>
    internal sealed class Fields
    {
        private readonly List<byte> _bytes = [];

        public int Count => _bytes.Count;

        public Fields U8(byte value) => Bytes([value]);

        public Fields U16(ushort value) => Bytes(BitConverter.GetBytes(value));

        public Fields U32(uint value) => Bytes(BitConverter.GetBytes(value));

        public Fields U64(ulong value) => Bytes(BitConverter.GetBytes(value));

        public Fields Text(string value) => U16((ushort)value.Length).Bytes(System.Text.Encoding.Latin1.GetBytes(value));

        public Fields Bytes(ReadOnlySpan<byte> bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }

        public byte[] ToArray() => [.. _bytes];
    }
}
