using System.Net;
using System.Text;
using Peregrine.Events;
using Peregrine.Kernel.Proc.Sockets;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>The tables of sockets are read with their addresses the right way round.</summary>
public sealed class SocketTableTests
{
    [Fact]
    public void AnIpv4LineGivesBothEndsAndTheState()
    {
        Assert.True(InetTable.TryParse("   1: 0100007F:1F90 0A00000A:D431 01 00000000:00000000 00:00000000 00000000  1000        0 5678 2 0000 100"u8, L4Protocol.Tcp, out var inode, out var record));
        Assert.Equal((5678ul, FdType.Ipv4Socket, TcpState.Established), (inode, record.Type, record.State));
        Assert.Equal(("127.0.0.1", 8080, "10.0.0.10", 54321), (Address(record.LocalAddress, 4), record.LocalPort, Address(record.RemoteAddress, 4), record.RemotePort));
    }

    [Fact]
    public void AnIpv6LineKeepsItsSixteenBytes()
    {
        Assert.True(InetTable.TryParse("  0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 77 1"u8, L4Protocol.Tcp, out _, out var record));
        Assert.Equal((FdType.Ipv6Socket, "::1", (ushort)22, TcpState.Listen), (record.Type, Address(record.LocalAddress, 16), record.LocalPort, record.State));
    }

    [Fact]
    public void AMappedConnectionIsShownAsIpv4()
    {
        Assert.True(InetTable.TryParse("  0: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000200007F:9C40 01 0:0 0:0 0 0 0 77 1"u8, L4Protocol.Tcp, out _, out var record));
        Assert.Equal((FdType.Ipv4Socket, "127.0.0.1", "127.0.0.2"), (record.Type, Address(record.LocalAddress, 4), Address(record.RemoteAddress, 4)));
    }

    [Theory]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode")]
    [InlineData("   1: 0100007F:1F90 0A00000A:D431 06 00000000:00000000 03:00000000 00000000     0        0 0 3")]
    [InlineData("   1: 0100007F:1F90 0A0000")]
    [InlineData("")]
    public void HeadingsTimeWaitsAndCutLinesAreNoSockets(string line) => Assert.False(InetTable.TryParse(Encoding.UTF8.GetBytes(line), L4Protocol.Tcp, out _, out _));

    [Fact]
    public void AUnixPathMayHoldBlanks()
    {
        Assert.True(UnixTable.TryParse("00000000abcdef01: 00000002 00000000 00010000 0001 01 4242 /run/a b/c"u8, out var inode, out var record));
        Assert.Equal((4242ul, 0xabcdef01ul, "/run/a b/c", TcpState.Listen), (inode, record.Address, Encoding.UTF8.GetString(record.Path!), record.State));
        Assert.True(UnixTable.TryParse("0000000000000000: 00000003 00000000 00000000 0001 03 17"u8, out inode, out record));
        Assert.Equal((17ul, 0), (inode, record.Path!.Length));
    }

    [Theory]
    [InlineData("TCP\0", 2, L4Protocol.Tcp, SocketTables.Tcp)]
    [InlineData("TCPv6\0", 10, L4Protocol.Tcp, SocketTables.Tcp)]
    [InlineData("UDPLITEv6", 10, L4Protocol.Udp, SocketTables.Udp)]
    [InlineData("UNIX-STREAM", 1, L4Protocol.NotApplicable, SocketTables.Unix)]
    [InlineData("NETLINK", 16, L4Protocol.NotApplicable, SocketTables.None)]
    [InlineData("PACKET", 17, L4Protocol.NotApplicable, SocketTables.None)]
    [InlineData("PINGv6", 10, L4Protocol.Icmp, SocketTables.Icmp)]
    [InlineData("something", 0, L4Protocol.Unknown, SocketTables.None)]
    public void TheProtocolsNameLeadsToFamilyAndTable(string name, int family, L4Protocol transport, object tables)
        => Assert.Equal(new SocketProtocol((SocketTables)tables, (byte)family, transport), SocketProtocol.FromName(Encoding.ASCII.GetBytes(name)));

    [Fact]
    public void NothingKnownMeansEveryTable() => Assert.Equal(SocketProtocol.Unknown, SocketProtocol.FromName(""u8));

    private static string Address(InetAddress address, int length) => new IPAddress(InetAddress.Bytes(in address)[..length]).ToString();
}
