using System.Text;

namespace Peregrine.Capture;

/// <summary>Reads the descriptors of one thread, both versions.</summary>
internal static class FdListBlock
{
    private const int RecordCost = 136;
    private const int ListCost = 96;

    /// <summary>Types that no writer stores; they have no body.</summary>
    private const byte Unknown = 255;

    public static void Read(BlockCursor c, MetadataBuilder into)
    {
        c.Charge(ListCost);
        var fds = into.FdsOf(c.I64());
        while (c.HasEntry)
        {
            var start = c.Consumed;
            var length = c.Block == BlockType.FdListV2 ? c.U32() : 0;
            var fd = new FdRecord { Fd = c.I64(), Inode = c.U64() };
            c.Charge(RecordCost);
            var type = c.U8();
            fd.Type = (FdRecordType)type;
            ReadBody(c, type, fd, start, length);
            fds.Add(fd);
            c.FinishEntry(start, length, "fdlist");
        }
    }

    private static void ReadBody(BlockCursor c, byte type, FdRecord fd, long start, uint length)
    {
        switch ((FdRecordType)type)
        {
            case FdRecordType.Ipv4Socket:
                (fd.SourceAddress, fd.DestinationAddress) = (c.Address4(), c.Address4());
                (fd.SourcePort, fd.DestinationPort, fd.Protocol) = (c.U16(), c.U16(), c.U8());
                break;
            case FdRecordType.Ipv6Socket:
                (fd.SourceAddress, fd.DestinationAddress) = (c.Address16(), c.Address16());
                (fd.SourcePort, fd.DestinationPort, fd.Protocol) = (c.U16(), c.U16(), c.U8());
                break;
            case FdRecordType.Ipv4Listener:
                (fd.SourceAddress, fd.SourcePort, fd.Protocol) = (c.Address4(), c.U16(), c.U8());
                break;
            case FdRecordType.Ipv6Listener:
                (fd.SourceAddress, fd.SourcePort, fd.Protocol) = (c.Address16(), c.U16(), c.U8());
                break;
            case FdRecordType.UnixSocket:
                (fd.UnixSource, fd.UnixDestination) = (c.U64(), c.U64());
                fd.Name = Name(c);
                break;
            case FdRecordType.FileV2:
                fd.OpenFlags = c.U32();
                fd.Name = Name(c);
                if (length != 0 && c.Consumed - start + 4 <= length) fd.Device = c.U32();
                break;
            case FdRecordType.File or FdRecordType.Directory or (>= FdRecordType.Fifo and <= FdRecordType.Pidfd):
                fd.Name = Name(c);
                break;
            case (FdRecordType)Unknown:
                break;
            default:
                // From a newer writer; its length says where the next one begins.
                fd.Type = FdRecordType.Unsupported;
                fd.Name = Encoding.ASCII.GetBytes($"unknown-type:[{type}]");
                break;
        }
    }

    // One byte less than other paths: the reference keeps room for the NUL here.
    private static byte[] Name(BlockCursor c)
    {
        var count = c.U16();
        if (count >= CaptureLimits.PathText) throw c.Fail($"invalid filename len {count}");
        return BlockCursor.UpToNul(c.Bytes(count));
    }
}
