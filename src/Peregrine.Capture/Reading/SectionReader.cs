using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Peregrine.Capture;

/// <summary>Reads a section up to its first event: the header and the tables.</summary>
internal static class SectionReader
{
    private const uint Magic = 0x1A2B3C4D;
    private const ushort Major = 1;
    private const int HeaderBody = 16;
    private const int HostnameSize = 128;
    private const uint SwappedMagic = 0x4D3C2B1A;

    /// <summary>Interfaces, packets and statistics of network recordings, whose sections begin like ours.</summary>
    private const uint FirstPacketBlock = 1;

    private const uint LastPacketBlock = 6;

    /// <summary>Reads from the section header on and stops in front of the first event block.</summary>
    public static CaptureMetadata Read(CaptureInput input)
    {
        var builder = new MetadataBuilder { Application = ReadHeader(input) };
        var budget = new MetadataBudget(CaptureLimits.Metadata);
        var packets = false;
        while (true)
        {
            if (!input.Ensure(BlockType.HeaderSize)) throw NoBlock(input, packets);
            var (type, total) = Header(input);
            if (EventShape.Of(type).IsEvent) return builder.Build();
            packets |= type is >= FirstPacketBlock and <= LastPacketBlock;
            var start = input.Offset;
            if (total < BlockType.Envelope) throw new CaptureException($"block length too short {total}", start, BlockType.Name(type));
            input.Advance(BlockType.HeaderSize);
            ReadBody(new BlockCursor(input, type, total - BlockType.Envelope, budget), builder);
            CheckTrailer(input, type, total);
        }
    }

    /// <summary>The header of the block that comes next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint Type, uint Total) Header(CaptureInput input)
    {
        var bytes = input.Available;
        return (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
    }

    /// <summary>Returns the name of the program that made the capture, where it says it.</summary>
    private static string ReadHeader(CaptureInput input)
    {
        const string Block = "section header";
        if (!input.Ensure(BlockType.HeaderSize)) throw Unreadable(input);
        var (type, total) = Header(input);
        if (type != BlockType.SectionHeader)
            throw new CaptureException("invalid block type", input.Offset, Block, hint: input.Offset == 0 ? ForeignFile.Describe(input.Available) : null);
        if (!input.Ensure(BlockType.HeaderSize + HeaderBody)) throw Unreadable(input);
        var body = input.Available[BlockType.HeaderSize..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(body) is var magic && magic != Magic)
            throw new CaptureException("invalid magic number", input.Offset + BlockType.HeaderSize, Block, hint: magic == SwappedMagic ? ForeignFile.OtherByteOrder : null);
        if (BinaryPrimitives.ReadUInt16LittleEndian(body[4..]) > Major)
            throw new CaptureException("cannot correctly parse the capture. Upgrade your version.", input.Offset + BlockType.HeaderSize + 4, Block);
        // Options may follow the header. A total that says less than the header itself is ignored, as other readers do.
        input.Advance(BlockType.HeaderSize + HeaderBody);
        var rest = Math.Max(total, BlockType.Envelope + HeaderBody) - (BlockType.HeaderSize + HeaderBody);
        var application = rest <= SectionOptions.Longest && input.Ensure((int)rest) ? SectionOptions.Application(input.Available[..((int)rest - BlockType.TrailerSize)]) : "";
        if (input.Skip(rest) < rest) throw Unreadable(input);
        return application;

        static CaptureException Unreadable(CaptureInput input) => input.Failure is null
            ? new CaptureException("error reading from file (1)", input.Offset, Block, hint: input.Offset == 0 ? ForeignFile.Describe(input.Available) : null)
            : InputFailure.Of(input, 0, Block);
    }

    private static CaptureException NoBlock(CaptureInput input, bool packets) => input.Count == 0 && input.Failure is null
        ? new CaptureException("no events in file", input.Offset, "end of file", hint: packets ? ForeignFile.PacketBlocks : null)
        : InputFailure.Of(input, BlockType.HeaderSize, "block header");

    private static void ReadBody(BlockCursor c, MetadataBuilder builder)
    {
        switch (c.Block)
        {
            case BlockType.MachineInfo or BlockType.MachineInfoInt:
                builder.Machine = ReadMachine(c);
                // Its length is fixed: what a longer block has would be an error at the trailer.
                return;
            case BlockType.FdListV1 or BlockType.FdListV1Int or BlockType.FdListV2:
                FdListBlock.Read(c, builder);
                break;
            case BlockType.InterfaceListV1 or BlockType.InterfaceListV1Int or BlockType.InterfaceListV2:
                InterfaceListBlock.Read(c, builder);
                break;
            case BlockType.UserListV1 or BlockType.UserListV1Int or BlockType.UserListV2:
                UserListBlock.Read(c, builder);
                break;
            case var type when BlockType.ProcessListVersion(type) != 0:
                ProcessListBlock.Read(c, builder);
                break;
        }
        c.FinishBlock();
    }

    private static MachineInfo ReadMachine(BlockCursor c) =>
        new(c.U32(), c.U64(), c.U64(), BlockCursor.UpToNul(c.Bytes(HostnameSize)), c.U64(), c.U64()) { Reserved1 = c.U64(), Reserved2 = c.U64() };

    private static void CheckTrailer(CaptureInput input, uint type, uint total)
    {
        if (!input.Ensure(BlockType.TrailerSize)) throw InputFailure.Of(input, BlockType.TrailerSize, BlockType.Name(type));
        var trailer = BinaryPrimitives.ReadUInt32LittleEndian(input.Available);
        if (trailer != total) throw new CaptureException($"wrong block total length, header={total}, trailer={trailer}", input.Offset, BlockType.Name(type));
        input.Advance(BlockType.TrailerSize);
    }
}
