using System.Buffers.Binary;
using System.Net;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>Descriptors that arrive with a message, and the events that tell what they are.</summary>
public sealed class PassedDescriptorTests
{
    private readonly World _world = new();

    public PassedDescriptorTests()
    {
        _world.Fork(1, 10);
        foreach (var fd in new[] { 7, 8, 9 }) _world.Open(10, fd, "/old");
    }

    [Fact]
    public void WhatStoodAtTheirNumbersIsForgotten()
    {
        Receive(0, Message(1, 1, 7, 9));
        Assert.Equal("8", Open());
    }

    [Fact]
    public void TheyMayStandBehindOtherControlMessages()
    {
        Receive(0, [.. Message(1, 2, 1, 2, 3), 0, 0, 0, 0, .. Message(1, 1, 7)]);
        Assert.Equal("8 9", Open());
    }

    [Fact]
    public void ProgramsOf32BitsLayThemOutTheirWay()
    {
        Receive(0, [16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
        Assert.Equal("7 8", Open());
    }

    [Fact]
    public void OtherMessagesAndFailedCallsChangeNothing()
    {
        Receive(0, Message(1, 2, 7));
        Receive(0, Message(41, 1, 7));
        Receive(-11, Message(1, 1, 7));
        Assert.Equal("7 8 9", Open());
    }

    [Fact]
    public void AFileThatTheKernelDescribesIsKnown()
    {
        Receive(0, Message(1, 1, 7));
        _world.Event(EventType.IterTaskFileRegularE, 10, (ref w) =>
        {
            w.U32(7);
            w.Text("/etc/shadow"u8);
            w.U32(1);
            w.U32(20);
            w.U64(99);
        });
        Assert.Equal(("/etc/shadow", 99ul), (_world.FdName(10, 7), _world.Thread(10).Fds.Find(7)!.Inode));
    }

    [Fact]
    public void ASocketThatCameFromTheParentKeepsItsSide()
    {
        _world.Fork(10, 11);
        Accepted(10, 4, "198.51.100.7", 40000, "10.0.0.1", 22);
        Listed(11, 5, "10.0.0.1", 22, "198.51.100.7", 40000);
        Assert.Same(_world.Thread(10).Fds.Find(4), _world.Thread(11).Fds.Find(5));
        Assert.Equal("198.51.100.7:40000->10.0.0.1:22", _world.FdName(11, 5));
    }

    [Fact]
    public void ASocketThatNobodyKnowsIsTheClientUnlessSomebodyListensOnItsPort()
    {
        Listed(10, 4, "10.0.0.1", 40000, "198.51.100.7", 443);
        var client = _world.Thread(10).Fds.Find(4)!;
        Assert.Equal(("10.0.0.1:40000->198.51.100.7:443", FdFlags.RoleClient, L4Protocol.Tcp), (_world.FdName(10, 4), client.Flags & (FdFlags.RoleClient | FdFlags.RoleServer), client.Tuple.Protocol));
        Listed(10, 5, "10.0.0.1", 22, "0.0.0.0", 0);
        Assert.Equal("10.0.0.1:22", _world.FdName(10, 5));
        Listed(10, 6, "10.0.0.1", 22, "198.51.100.7", 40000);
        Assert.Equal("198.51.100.7:40000->10.0.0.1:22", _world.FdName(10, 6));
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0 })]
    [InlineData(new byte[] { 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 7 })]
    [InlineData(new byte[] { 7 })]
    public void BrokenControlMessagesDoNoHarm(byte[] control) => Receive(0, control);

    private static byte[] Message(int level, int type, params int[] numbers)
    {
        var message = new byte[16 + (numbers.Length * 4)];
        BinaryPrimitives.WriteInt64LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), level);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), type);
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(16 + (i * 4)), numbers[i]);
        return message;
    }

    private void Accepted(long tid, long fd, string client, ushort clientPort, string server, ushort serverPort) => _world.Event(EventType.SocketAccept4_6X, tid, (ref w) =>
    {
        w.I64(fd);
        w.Bytes([2, .. IPAddress.Parse(client).GetAddressBytes(), (byte)clientPort, (byte)(clientPort >> 8), .. IPAddress.Parse(server).GetAddressBytes(), (byte)serverPort, (byte)(serverPort >> 8)]);
        w.U8(0);
        w.U32(0);
        w.U32(1);
        w.U32(0);
    });

    private void Listed(long tid, uint fd, string local, ushort localPort, string remote, ushort remotePort) => _world.Event(EventType.IterTaskFileSocketInetE, tid, (ref w) =>
    {
        w.U32(fd);
        w.U16(1);
        w.U16(6);
        w.Bytes(IPAddress.Parse(local).GetAddressBytes());
        w.U16(localPort);
        w.Bytes(IPAddress.Parse(remote).GetAddressBytes());
        w.U16(remotePort);
        w.U64(4711);
    });

    private void Receive(long result, byte[] control) => _world.Event(EventType.SocketRecvmsgX, 10, (ref w) =>
    {
        w.I64(result);
        w.U32(0);
        w.Bytes([]);
        w.Empty();
        w.Bytes(control);
        w.I64(3);
    });

    private string Open() => string.Join(' ', _world.Thread(10).Fds.Entries().Select(e => e.Fd));
}
