using System.Net;
using System.Text;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class SocketTests
{
    private readonly World _world = new();

    public SocketTests() => _world.Fork(1, 10);

    [Fact]
    public void AConnectedSocketIsNamedByItsTupleAndIsTheClient()
    {
        Socket(3, 2, 1);
        Connect(3, Tuple("10.0.0.1", 40000, "10.0.0.2", 443));
        var fd = Fd(3);
        Assert.Equal("10.0.0.1:40000->10.0.0.2:443", World.Text(fd.Name));
        Assert.Equal(FdFlags.RoleClient | FdFlags.Connected, fd.Flags & (FdFlags.RoleClient | FdFlags.RoleServer | FdFlags.Connected | FdFlags.ConnectionPending));
        Assert.Equal((FdType.Ipv4Socket, L4Protocol.Tcp), (fd.Type, fd.Tuple.Protocol));
    }

    [Fact]
    public void TheNameChangedMarkHoldsForTheEventOnly()
    {
        Socket(3, 2, 1);
        var during = false;
        Connect(3, Tuple("10.0.0.1", 1, "10.0.0.2", 2), look: (ref c) => during = (c.Fd!.Flags & FdFlags.NameChanged) != 0);
        Assert.True(during);
        Assert.Equal(FdFlags.None, Fd(3).Flags & FdFlags.NameChanged);
    }

    [Fact]
    public void AFailedConnectKeepsWhatWasThere()
    {
        Socket(3, 2, 1);
        Connect(3, Tuple("10.0.0.1", 1, "10.0.0.2", 2));
        Connect(3, Tuple("10.0.0.1", 1, "10.0.0.9", 9), -111);
        Assert.Equal("10.0.0.1:1->10.0.0.2:2", World.Text(Fd(3).Name));
    }

    [Fact]
    public void AConnectInProgressIsPendingUntilItsResultIsAsked()
    {
        Socket(3, 2, 1);
        Connect(3, Tuple("10.0.0.1", 1, "10.0.0.2", 2), -115);
        Assert.True((Fd(3).Flags & FdFlags.ConnectionPending) != 0);
        _world.Event(EventType.SocketGetsockoptX, 10, (ref w) =>
        {
            w.I64(0);
            w.I64(3);
            w.U8(1);
            w.U8(4);
            w.Bytes([1, .. BitConverter.GetBytes(-111L)]);
            w.U32(4);
        });
        Assert.Equal(FdFlags.None, Fd(3).Flags & (FdFlags.ConnectionPending | FdFlags.Connected));
    }

    [Fact]
    public void Ipv4InIpv6ClothesIsIpv4()
    {
        Socket(3, 10, 1);
        Connect(3, Tuple("::ffff:10.0.0.1", 1, "::ffff:10.0.0.2", 2));
        Assert.Equal(("10.0.0.1:1->10.0.0.2:2", FdType.Ipv4Socket), (World.Text(Fd(3).Name), Fd(3).Type));
        Socket(4, 10, 1);
        Connect(4, Tuple("::1", 1, "2001:db8::8888", 53));
        Assert.Equal(("::1:1->2001:db8::8888:53", FdType.Ipv6Socket), (World.Text(Fd(4).Name), Fd(4).Type));
    }

    [Fact]
    public void ABoundSocketListensAndItsAcceptedOnesServe()
    {
        Socket(3, 2, 1);
        Bind(3, Address("0.0.0.0", 8080));
        Assert.Equal(("0.0.0.0:8080", FdType.Ipv4Listener), (World.Text(Fd(3).Name), Fd(3).Type));
        _world.Event(EventType.SocketAccept4_6X, 10, (ref w) =>
        {
            w.I64(4);
            w.Bytes(Tuple("10.0.0.9", 50000, "10.0.0.1", 8080));
            w.U8(0);
            w.U32(0);
            w.U32(128);
            w.U32(0x8_0000);
        });
        var fd = Fd(4);
        Assert.Equal("10.0.0.9:50000->10.0.0.1:8080", World.Text(fd.Name));
        Assert.True((fd.Flags & FdFlags.RoleServer) != 0);
        Assert.True(fd.IsCloseOnExec);
    }

    [Fact]
    public void ABindToPortZeroIsNoListener()
    {
        Socket(3, 2, 2);
        Bind(3, Address("0.0.0.0", 0));
        Assert.Equal(FdType.Ipv4Socket, Fd(3).Type);
    }

    [Fact]
    public void DatagramsTellTheEndsAndTheClientStandsFirst()
    {
        _world.State.Interfaces.AddIpv4([10, 0, 0, 1], [255, 255, 255, 0]);
        Socket(3, 2, 2);
        Send(3, Tuple("0.0.0.0", 5000, "10.0.0.9", 53));
        Assert.Equal("10.0.0.1:5000->10.0.0.9:53", World.Text(Fd(3).Name));
        Assert.True((Fd(3).Flags & FdFlags.RoleClient) != 0);
        Receive(3, Tuple("10.0.0.9", 53, "10.0.0.1", 5000));
        Assert.Equal("10.0.0.1:5000->10.0.0.9:53", World.Text(Fd(3).Name));
        Send(3, Tuple("10.0.0.1", 5000, "10.0.0.8", 53));
        Assert.Equal("10.0.0.1:5000->10.0.0.8:53", World.Text(Fd(3).Name));
    }

    [Fact]
    public void AMessageFromAnUnseenSocketTellsWhatItIs()
    {
        Send(8, Tuple("10.0.0.1", 5000, "10.0.0.9", 53));
        Assert.Equal(("10.0.0.1:5000->10.0.0.9:53", L4Protocol.Udp), (World.Text(Fd(8).Name), Fd(8).Tuple.Protocol));
    }

    [Fact]
    public void ADatagramServerIsTheOneThatOwnsThePort()
    {
        Socket(3, 2, 2);
        Bind(3, Address("10.0.0.1", 53));
        Receive(3, Tuple("10.0.0.9", 5000, "10.0.0.1", 53));
        Assert.True((Fd(3).Flags & FdFlags.RoleServer) != 0);
        Assert.Equal("10.0.0.9:5000->10.0.0.1:53", World.Text(Fd(3).Name));
        Send(3, Tuple("10.0.0.1", 53, "10.0.0.9", 5000));
        Assert.Equal("10.0.0.9:5000->10.0.0.1:53", World.Text(Fd(3).Name));
    }

    [Fact]
    public void UnixSocketsShowTheKernelsAddressesAndThePath()
    {
        Socket(3, 1, 1);
        Connect(3, [1, .. BitConverter.GetBytes(0xffff8800ul), .. BitConverter.GetBytes(0ul), .. "/dev/log\0"u8]);
        Assert.Equal("ffff8800->0 /dev/log", World.Text(Fd(3).Name));
        _world.Event(EventType.SocketSocketpairX, 10, (ref w) =>
        {
            w.I64(0);
            w.I64(5);
            w.I64(6);
            w.U64(0xa);
            w.U64(0xb);
            w.U32(1);
            w.U32(1);
            w.U32(0);
        });
        Assert.Equal((0xaul, 0xbul, 0xbul), (Fd(5).UnixSource, Fd(5).UnixDestination, Fd(6).UnixSource));
    }

    [Fact]
    public void ASocketDupedOntoTheStandardStreamsIsTheSameOne()
    {
        Socket(3, 2, 1);
        Connect(3, Tuple("10.0.0.1", 1, "10.0.0.2", 2));
        for (var fd = 0; fd < 3; fd++) _world.Numbers(EventType.SyscallDup2X, 10, [fd, 3, fd]);
        _world.Fork(10, 11);
        _world.Exec(11, "/bin/bash");
        Assert.Equal("10.0.0.1:1->10.0.0.2:2", _world.FdName(11, 0));
        Assert.Equal(FdType.Ipv4Socket, _world.Thread(11).Fds.Find(2)!.Type);
    }

    [Fact]
    public void ListedSocketsAreTurnedTowardsTheClient()
    {
        var thread = World.NewThread(20, 20, 1, "sshd");
        thread.Group.Fds.Set(3, new FdEntry { Type = FdType.Ipv4Listener, Tuple = new SocketTuple { SourcePort = 22 } });
        thread.Group.Fds.Set(4, new FdEntry
        {
            Type = FdType.Ipv4Socket,
            Tuple = new SocketTuple { SourceAddress = InetAddress.Read([10, 0, 2, 15]), SourcePort = 22, DestinationAddress = InetAddress.Read([10, 0, 2, 2]), DestinationPort = 49289, Protocol = L4Protocol.Tcp },
        });
        _world.State.AddThread(thread);
        _world.Close(10, 99);
        Assert.Equal("10.0.2.2:49289->10.0.2.15:22", _world.FdName(20, 4));
        Assert.True((_world.Thread(20).Fds.Find(4)!.Flags & FdFlags.RoleServer) != 0);
    }

    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:db8:0:1::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("fe80::1:0:0:2")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("0:1:0:1:0:1:0:1")]
    public void AddressesAreWrittenInTheUsualShortForm(string address)
    {
        var output = new byte[SocketText.MaxAddress];
        var length = SocketText.Address(InetAddress.Read(IPAddress.Parse(address).GetAddressBytes()), true, output);
        Assert.Equal(address, Encoding.ASCII.GetString(output, 0, length));
    }

    private FdEntry Fd(long fd) => _world.Thread(10).Fds.Find(fd)!;

    private void Socket(long fd, uint domain, uint type) => _world.Event(EventType.SocketSocketX, 10, (ref w) =>
    {
        w.I64(fd);
        w.U32(domain);
        w.U32(type);
        w.U32(0);
        w.U32(0);
    });

    private void Connect(long fd, byte[] tuple, long result = 0, Look? look = null) => _world.Event(EventType.SocketConnectX, 10, (ref w) =>
    {
        w.I64(result);
        w.Bytes(tuple);
        w.I64(fd);
        w.Empty();
    }, look);

    private void Bind(long fd, byte[] address) => _world.Event(EventType.SocketBindX, 10, (ref w) =>
    {
        w.I64(0);
        w.Bytes(address);
        w.I64(fd);
    });

    private void Send(long fd, byte[] tuple) => _world.Event(EventType.SocketSendtoX, 10, (ref w) =>
    {
        w.I64(1);
        w.Bytes("x"u8);
        w.I64(fd);
        w.U32(1);
        w.Bytes(tuple);
    });

    private void Receive(long fd, byte[] tuple) => _world.Event(EventType.SocketRecvfromX, 10, (ref w) =>
    {
        w.I64(1);
        w.Bytes("x"u8);
        w.Bytes(tuple);
        w.I64(fd);
        w.U32(1);
    });

    private static byte[] Address(string ip, ushort port)
    {
        var bytes = IPAddress.Parse(ip).GetAddressBytes();
        return [(byte)(bytes.Length == 4 ? 2 : 10), .. bytes, (byte)port, (byte)(port >> 8)];
    }

    private static byte[] Tuple(string source, ushort sourcePort, string destination, ushort destinationPort) => [.. Address(source, sourcePort), .. Address(destination, destinationPort).AsSpan(1)];
}
