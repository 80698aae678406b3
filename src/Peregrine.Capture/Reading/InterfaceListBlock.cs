namespace Peregrine.Capture;

/// <summary>Reads network interfaces, both versions. A later list replaces an earlier one.</summary>
internal static class InterfaceListBlock
{
    private const ushort Ipv4 = 1;
    private const ushort Ipv6 = 2;
    private const ushort Ipv4NoLinkSpeed = 3;
    private const ushort Ipv6NoLinkSpeed = 4;
    private const int RecordCost = 240;

    public static void Read(BlockCursor c, MetadataBuilder into)
    {
        into.Interfaces.Clear();
        while (c.HasEntry)
        {
            var left = c.Left;
            var isNew = c.Block == BlockType.InterfaceListV2;
            // Unlike the other lists, the length does not count itself.
            var length = isNew ? c.U32() : 0;
            if (isNew) CheckSize(c, left, length + 4L);
            var start = c.Consumed;
            c.Charge(RecordCost);
            var type = c.U16();
            var name = c.U16();
            if (type is < Ipv4 or > Ipv6NoLinkSpeed) throw c.Fail(isNew ? $"unknown interface type {type}" : "trace file has corrupted interface list(1)");
            var size = type is Ipv4 or Ipv4NoLinkSpeed ? 4 : 16;
            var hasSpeed = type is Ipv4 or Ipv6;
            if (!isNew) CheckSize(c, left, 4 + size * 3 + (hasSpeed ? 8 : 0) + name);
            if (name >= CaptureLimits.PathText) throw c.Fail("trace file has corrupted interface list(0)");
            into.Interfaces.Add(new(size == 16, c.Bytes(size), c.Bytes(size), c.Bytes(size), hasSpeed ? c.U64() : 0, BlockCursor.UpToNul(c.Bytes(name))));
            c.FinishEntry(start, length, "interface list");
        }
    }

    private static void CheckSize(BlockCursor c, long left, long entry)
    {
        if (left < entry) throw c.Fail($"trace file has corrupted interface list(2) toread={left}, entrysize={entry}");
    }
}
