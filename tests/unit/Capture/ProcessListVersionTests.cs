using Peregrine.Capture;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>All versions of the process list, and entries whose tail ends anywhere.</summary>
public sealed class ProcessListVersionTests
{
    [Theory]
    [InlineData(1, 0x202u), InlineData(1, 0x8000ABCDu), InlineData(2, 0x207u), InlineData(2, 0x8013ABCDu), InlineData(3, 0x209u), InlineData(3, 0x8014ABCDu)]
    [InlineData(4, 0x210u), InlineData(5, 0x211u), InlineData(6, 0x212u), InlineData(7, 0x213u), InlineData(8, 0x214u), InlineData(9, 0x215u)]
    public void EachVersionHasItsFieldsAndDefaultsForTheRest(int version, uint block)
    {
        var thread = Read(block, version >= 9 ? WithLength(Head(version)) : Head(version));
        Assert.Equal((100, 101, 1), (thread.Tid, thread.Pid, thread.ParentTid));
        Assert.Equal(version >= 6 ? 50 : -1, thread.SessionId);
        Assert.Equal(version >= 8 ? 51 : -1, thread.VirtualPgid);
        Assert.Equal("app"u8, thread.Comm);
        Assert.Equal(version >= 7 ? "/bin/app" : "", System.Text.Encoding.ASCII.GetString(thread.ExePath));
        Assert.Equal("-a\0"u8, thread.Args);
        Assert.Equal((1024, 3u, 1000u, 1001u), (thread.FdLimit, thread.Flags, thread.Uid, thread.Gid));
        Assert.Equal(version >= 2 ? (10u, 11u, 12u, 13UL, 14UL) : default, (thread.VmSizeKb, thread.VmRssKb, thread.VmSwapKb, thread.PageFaultsMajor, thread.PageFaultsMinor));
        Assert.Equal(version >= 3 ? 3 : 0, thread.Env.Length);
        Assert.Equal(version >= 4 ? (60L, 61L) : (-1L, -1L), (thread.VirtualTid, thread.VirtualPid));
        Assert.Equal(version >= 4 ? 5 : 0, thread.Cgroups.Length);
        Assert.Equal(version >= 5 ? 1 : 0, thread.Root.Length);
        Assert.Equal((uint.MaxValue, -1L, false), (thread.LoginUid, thread.Pgid, thread.ExeWritable));
    }

    [Theory]
    [InlineData(0), InlineData(4), InlineData(5), InlineData(13), InlineData(21), InlineData(29)]
    public void ATailOfAtMost29BytesIsThatOfAnOldWriter(int tail)
    {
        var fields = new BlockBytes.Fields().U32(7).U8(1).U64(18).U64(19).U64(20);
        var thread = Read(0x215, WithLength(Head(9).Bytes(fields.ToArray().AsSpan(0, tail))));
        Assert.Equal((0UL, 0u), (thread.PidNamespaceStart, thread.Tty));
        Assert.Equal(tail >= 4 ? 7u : uint.MaxValue, thread.LoginUid);
        Assert.Equal(tail >= 5, thread.ExeWritable);
        Assert.Equal(tail >= 29 ? 20UL : 0, thread.CapEffective);
    }

    [Fact]
    public void AFieldIsThereWheneverItStillFits()
    {
        // 12 + 29 bytes and three more: the layer flag fits, the inode does not, two flags after it do.
        var tail = new BlockBytes.Fields().U64(15).U32(16).U32(17).U8(1).U64(18).U64(19).U64(20).U8(1).U8(1).U8(1);
        var thread = Read(0x215, WithLength(Head(9).Bytes(tail.ToArray())));
        Assert.Equal((15UL, 16u, 17u, 20UL), (thread.PidNamespaceStart, thread.Tty, thread.LoginUid, thread.CapEffective));
        Assert.Equal((true, 0UL, true, true, -1L), (thread.ExeUpperLayer, thread.ExeInode, thread.ExeFromMemfd, thread.ExeLowerLayer, thread.Pgid));
    }

    [Fact]
    public void WhatANewerWriterAppendsIsPassedOver()
    {
        var tail = new byte[76 + 100];
        var read = ReadResult.Of(BlockBytes.Section().Block(0x215, Entries(WithLength(Head(9).Bytes(tail)), WithLength(Head(9)))).Event().ToArray());
        Assert.Null(read.Error);
        Assert.Single(read.Metadata!.Threads);
    }

    [Fact]
    public void AnEntryShorterThanItsFieldsIsAnError()
    {
        var entry = Head(9);
        var read = ReadResult.Of(BlockBytes.Section().Block(0x215, new BlockBytes.Fields().U32(20).Bytes(entry.ToArray())).Event().ToArray());
        Assert.Equal($"corrupted input file. Had read {entry.Count + 4} bytes, but proclist entry have length 20.", read.Error!.Problem);
        Assert.Equal("process list", read.Error.Block);
    }

    private static ThreadRecord Read(uint block, BlockBytes.Fields entry)
    {
        var read = ReadResult.Of(BlockBytes.Section().Block(block, entry).Event().ToArray());
        Assert.Null(read.Error);
        return Assert.Single(read.Metadata!.Threads);
    }

    private static BlockBytes.Fields WithLength(BlockBytes.Fields entry) => new BlockBytes.Fields().U32((uint)entry.Count + 4).Bytes(entry.ToArray());

    private static BlockBytes.Fields Entries(params BlockBytes.Fields[] entries) =>
        entries.Aggregate(new BlockBytes.Fields(), (all, entry) => all.Bytes(entry.ToArray()));

    private static BlockBytes.Fields Head(int version)
    {
        var f = new BlockBytes.Fields().U64(100).U64(101).U64(1);
        if (version >= 6) f.U64(50);
        if (version >= 8) f.U64(51);
        f.Text("app").Text("./app");
        if (version >= 7) f.Text("/bin/app");
        f.Text("-a\0").Text("/root").U64(1024).U32(3).U32(1000).U32(1001);
        if (version >= 2) f.U32(10).U32(11).U32(12).U64(13).U64(14);
        if (version >= 3) f.Text("A=1");
        if (version >= 4) f.U64(60).U64(61).Text("cpu=/");
        if (version >= 5) f.Text("/");
        return f;
    }
}
