using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>Descriptors that arrive with a message are known from then on.</summary>
public sealed class PassedDescriptorTests
{
    private readonly Descriptors _host = new();
    private readonly World _world;

    public PassedDescriptorTests()
    {
        _world = new World(new StateOptions { LookUpUnknown = true }, _host);
        _world.Fork(1, 10);
        _host.Names[7] = "/etc/shadow";
        _host.Names[9] = "/var/log/x";
    }

    [Fact]
    public void EachIsLookedUpWhenItArrives()
    {
        Receive(0, [.. Message(1, 1, 7, 9)]);
        Assert.Equal(("/etc/shadow", "/var/log/x"), (_world.FdName(10, 7), _world.FdName(10, 9)));
    }

    [Fact]
    public void WhatStoodAtTheNumberIsForgotten()
    {
        _world.Open(10, 7, "/old");
        Receive(0, Message(1, 1, 7));
        Assert.Equal("/etc/shadow", _world.FdName(10, 7));
        _world.Open(10, 8, "/old");
        Receive(0, Message(1, 1, 8));
        Assert.Null(_world.Thread(10).Fds.Find(8));
    }

    [Fact]
    public void TheyMayStandBehindOtherControlMessages()
    {
        Receive(0, [.. Message(1, 2, 1, 2, 3), 0, 0, 0, 0, .. Message(1, 1, 7)]);
        Assert.Equal("/etc/shadow", _world.FdName(10, 7));
    }

    [Fact]
    public void ProgramsOf32BitsLayThemOutTheirWay()
    {
        Receive(0, [16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
        Assert.Equal("/var/log/x", _world.FdName(10, 9));
    }

    [Fact]
    public void OtherMessagesAndFailedCallsBringNone()
    {
        Receive(0, Message(1, 2, 7));
        Receive(0, Message(41, 1, 7));
        Receive(-11, Message(1, 1, 7));
        Assert.Equal(0, _host.Reads);
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

    private void Receive(long result, byte[] control) => _world.Event(EventType.SocketRecvmsgX, 10, (ref w) =>
    {
        w.I64(result);
        w.U32(0);
        w.Bytes([]);
        w.Empty();
        w.Bytes(control);
        w.I64(3);
    });

    private sealed class Descriptors : IHost
    {
        public Dictionary<long, string> Names { get; } = [];

        public int Reads { get; private set; }

        public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread)
        {
            thread = null;
            return false;
        }

        public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry)
        {
            if (fd != 3) Reads++;
            entry = Names.TryGetValue(fd, out var name) ? new FdEntry { Type = FdType.FileV2, Name = System.Text.Encoding.UTF8.GetBytes(name) } : null;
            return entry is not null;
        }

        public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
        {
            user = null;
            return false;
        }

        public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
        {
            group = null;
            return false;
        }
    }
}
