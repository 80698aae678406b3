namespace Peregrine.Capture;

/// <summary>Writes the descriptors of one thread, version 2.</summary>
internal static class FdListWriter
{
    /// <summary>Names here are one byte shorter than other paths.</summary>
    private const int NameLimit = CaptureLimits.PathText - 1;

    public static void Write(BlockBuilder block, ThreadRecord thread, CaptureOutput output)
    {
        block.Begin(BlockType.FdListV2);
        block.I64(thread.Tid);
        foreach (var fd in thread.Fds)
        {
            // Kinds that were never found out are not stored.
            if (fd.Type is FdRecordType.Uninitialized or > FdRecordType.Pidfd) continue;
            var start = block.BeginEntry();
            block.I64(fd.Fd);
            block.U64(fd.Inode);
            block.U8((byte)fd.Type);
            WriteBody(block, fd);
            block.EndEntry(start);
        }
        block.End(output);
    }

    private static void WriteBody(BlockBuilder block, FdRecord fd)
    {
        switch (fd.Type)
        {
            case FdRecordType.Ipv4Socket or FdRecordType.Ipv6Socket:
                var size = fd.Type == FdRecordType.Ipv4Socket ? 4 : 16;
                block.Address(fd.SourceAddress, size);
                block.Address(fd.DestinationAddress, size);
                block.U16(fd.SourcePort);
                block.U16(fd.DestinationPort);
                block.U8(fd.Protocol);
                break;
            case FdRecordType.Ipv4Listener or FdRecordType.Ipv6Listener:
                block.Address(fd.SourceAddress, fd.Type == FdRecordType.Ipv4Listener ? 4 : 16);
                block.U16(fd.SourcePort);
                block.U8(fd.Protocol);
                break;
            case FdRecordType.UnixSocket:
                block.U64(fd.UnixSource);
                block.U64(fd.UnixDestination);
                block.Text(fd.Name, NameLimit);
                break;
            case FdRecordType.FileV2:
                block.U32(fd.OpenFlags);
                block.Text(fd.Name, NameLimit);
                block.U32(fd.Device);
                break;
            default:
                block.Text(fd.Name, NameLimit);
                break;
        }
    }
}
