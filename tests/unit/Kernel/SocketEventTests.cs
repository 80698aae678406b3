using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;
using static Peregrine.UnitTests.Kernel.RecordedEvent;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of sockets, with the tuples that the kernel's sockets say.</summary>
[Collection(ProbeTests.Name)]
public sealed class SocketEventTests(ProbeFixture fixture)
{
    private const int Inet = 2;
    private const int Inet6 = 10;
    private const int Unix = 1;
    private const int Stream = 1;
    private const int Datagram = 2;

    private static readonly byte[] Loopback = [127, 0, 0, 1];
    private static readonly byte[] Loopback6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    private ProbeSession Session => fixture.Session;

    [Fact]
    public void A_tcp_connection_shows_the_same_tuple_on_both_sides()
    {
        var listener = Session.Call(SyscallCode.Socket, Inet, Stream | 0x80000, 0);
        listener.Event.Has(listener.Result, Inet, Stream | 0x80000, 0, 4096);
        var server = (nint)listener.Result;
        Session.Call(SyscallCode.Bind, server, Address(0), 16).Event.Has(0, (byte[])[2, .. Loopback, 0, 0], server);
        Session.Call(SyscallCode.Listen, server, 5).Event.Has(0, server, 5);
        var port = Port(server);
        var client = (nint)Invoke(SyscallCode.Socket, Inet, Stream, 0);
        var connect = Session.Call(SyscallCode.Connect, client, Address(port), 16);
        var own = Port(client);
        byte[] tuple = [2, .. Loopback, .. Le(own), .. Loopback, .. Le(port)];
        connect.Event.Has(0, tuple, client, (byte[])[2, .. Loopback, .. Le(port)]);
        var accept = Session.Call(SyscallCode.Accept4, server, 0, 0, 0x80800);
        accept.Event.Has(accept.Result, tuple, Any, Any, 5, 4096 | 64);
        var peer = (nint)accept.Result;
        Session.Call(SyscallCode.Sendto, client, Text("ping"), 4, 0, 0, 0).Event.Has(4, "ping"u8.ToArray(), client, 4, tuple);
        Session.Call(SyscallCode.Recvfrom, peer, Bytes(new byte[8]), 8, 0, 0, 0).Event.Has(4, "ping"u8.ToArray(), tuple, peer, 8);
        Session.Call(SyscallCode.Recvfrom, peer, Bytes(new byte[8]), 8, 0, 0, 0).Event.Has(-11, Empty, Empty, peer, 8);
        Session.Call(SyscallCode.Shutdown, client, 1).Event.Has(0, client, 1);
        foreach (var fd in new[] { server, client, peer }) Close(fd);
    }

    [Fact]
    public void A_refused_connection_shows_the_address_only()
    {
        var fd = (nint)Invoke(SyscallCode.Socket, Inet, Stream, 0);
        Session.Call(SyscallCode.Connect, fd, Address(1), 16).Event.Has(-111, Empty, fd, (byte[])[2, .. Loopback, 1, 0]);
        Session.Call(SyscallCode.Accept, fd, 0, 0).Event.Has(-22, Empty, 0, 0, 0);
        Close(fd);
    }

    [Fact]
    public void A_connection_in_progress_shows_its_tuple()
    {
        var fd = (nint)Invoke(SyscallCode.Socket, Inet, Stream | 0x800, 0);
        // 240.0.0.1 is routable for nobody: the call ends at once with an error where there is no route, else it is in progress.
        var seen = Session.Call(SyscallCode.Connect, fd, Bytes(2, 0, 0, 80, 192, 0, 2, 1), 16);
        if (seen.Result == -115) Assert.Equal(13, seen.Event.Raw("tuple").Length);
        Assert.Equal<byte>([2, 192, 0, 2, 1, 80, 0], seen.Event.Raw("addr"));
        Close(fd);
    }

    [Fact]
    public void An_ipv6_datagram_without_connection_takes_the_peer_from_the_call()
    {
        var receiver = (nint)Invoke(SyscallCode.Socket, Inet6, Datagram, 0);
        Assert.Equal(0, Invoke(SyscallCode.Bind, receiver, Address6(0), 28));
        var port = Port(receiver);
        var sender = (nint)Invoke(SyscallCode.Socket, Inet6, Datagram, 0);
        Assert.Equal(0, Invoke(SyscallCode.Bind, sender, Address6(0), 28));
        var own = Port(sender);
        byte[] tuple = [10, .. Loopback6, .. Le(own), .. Loopback6, .. Le(port)];
        Session.Call(SyscallCode.Sendto, sender, Text("six"), 3, 0, Address6(port), 28).Event.Has(3, "six"u8.ToArray(), sender, 3, tuple);
        Session.Call(SyscallCode.Recvfrom, receiver, Bytes(new byte[8]), 8, 0, Bytes(new byte[28]), Ints(28)).Event.Has(3, "six"u8.ToArray(), tuple, receiver, 8);
        Close(receiver);
        Close(sender);
    }

    [Fact]
    public void A_unix_socket_shows_its_path()
    {
        var path = NewPath();
        var server = (nint)Invoke(SyscallCode.Socket, Unix, Stream, 0);
        var address = Bytes([1, 0, .. System.Text.Encoding.UTF8.GetBytes(path), 0]);
        Session.Call(SyscallCode.Bind, server, address, path.Length + 3).Event.Has(0, (byte[])[1, .. System.Text.Encoding.UTF8.GetBytes(path), 0], server);
        Assert.Equal(0, Invoke(SyscallCode.Listen, server, 5));
        var client = (nint)Invoke(SyscallCode.Socket, Unix, Stream, 0);
        var connect = Session.Call(SyscallCode.Connect, client, address, path.Length + 3);
        var accept = Session.Call(SyscallCode.Accept, server, 0, 0);
        var tail = System.Text.Encoding.UTF8.GetBytes(path + "\0");
        foreach (var tuple in new[] { connect.Event.Raw("tuple"), accept.Event.Raw("tuple") })
        {
            Assert.Equal(1, tuple[0]);
            Assert.Equal(tail, tuple[17..]);
        }
        Close(accept.Result);
        Close(client);
        Close(server);
        File.Delete(path);
    }

    [Fact]
    public void An_abstract_unix_name_comes_without_its_first_byte()
    {
        var server = (nint)Invoke(SyscallCode.Socket, Unix, Datagram, 0);
        var seen = Session.Call(SyscallCode.Bind, server, Bytes([1, 0, 0, .. "pg-abstract"u8]), 14);
        seen.Event.Has(seen.Result, (byte[])[1, .. "pg-abstract"u8, 0], server);
        Close(server);
    }

    [Fact]
    public void A_pair_of_sockets_shows_both_ends_and_messages_go_through()
    {
        var fds = Ints(0, 0);
        var pair = Session.Call(SyscallCode.Socketpair, Unix, Datagram, 0, fds);
        pair.Event.Has(0, Int(fds), Int(fds, 1), Any, Any, Unix, Datagram, 0);
        Assert.NotEqual(pair.Event.Uint("source"), pair.Event.Uint("peer"));
        var message = Longs(0, 0, Longs(Text("ab"), 2, Text("cd"), 2), 2, 0, 0, 0);
        var sent = Session.Call(SyscallCode.Sendmsg, Int(fds), message, 0);
        sent.Event.Has(4, "abcd"u8.ToArray(), Int(fds), 4, Any);
        Assert.Equal(18, sent.Event.Raw("tuple").Length);
        message = Longs(0, 0, Longs(Bytes(new byte[4]), 3, Bytes(new byte[4]), 3), 2, 0, 0, 0);
        Session.Call(SyscallCode.Recvmsg, Int(fds, 1), message, 0).Event.Has(4, 4, "abcd"u8.ToArray(), Any, Empty, Int(fds, 1));
        Session.Call(SyscallCode.Recvmsg, Int(fds, 1), message, 0x40).Event.Has(-11, 0, Empty, Empty, Empty, Int(fds, 1));
        Close(Int(fds));
        Close(Int(fds, 1));
    }

    [Fact]
    public void A_batch_of_messages_makes_an_event_for_each()
    {
        var fds = Ints(0, 0);
        Invoke(SyscallCode.Socketpair, Unix, Datagram, 0, fds);
        var batch = Longs(
            0, 0, Longs(Text("one"), 3), 1, 0, 0, 0, 0,
            0, 0, Longs(Text("three"), 5), 1, 0, 0, 0, 0);
        var events = Session.Record([SyscallCode.Sendmmsg], () => Invoke(SyscallCode.Sendmmsg, Int(fds), batch, 2, 0),
            ProbeSession.FromThisThread(EventType.SocketSendmmsgX), 2);
        events[0].Has(3, Int(fds), 3, "one"u8.ToArray(), Any);
        events[1].Has(5, Int(fds), 5, "three"u8.ToArray(), Any);
        batch = Longs(
            0, 0, Longs(Bytes(new byte[8]), 8), 1, 0, 0, 0, 0,
            0, 0, Longs(Bytes(new byte[8]), 8), 1, 0, 0, 0, 0);
        events = Session.Record([SyscallCode.Recvmmsg], () => Invoke(SyscallCode.Recvmmsg, Int(fds, 1), batch, 2, 0, 0),
            ProbeSession.FromThisThread(EventType.SocketRecvmmsgX), 2);
        events[0].Has(3, Int(fds, 1), 3, "one"u8.ToArray(), Any, Empty);
        events[1].Has(5, Int(fds, 1), 5, "three"u8.ToArray(), Any, Empty);
        Session.Call(SyscallCode.Sendmmsg, -1, batch, 2, 0).Event.Has(-9, -1, 0, Empty, Empty);
        Close(Int(fds));
        Close(Int(fds, 1));
    }

    [Fact]
    public void Options_show_their_value_by_kind()
    {
        var fd = (nint)Invoke(SyscallCode.Socket, Inet, Stream, 0);
        // SO_REUSEADDR, SO_RCVTIMEO, SO_LINGER (a structure), TCP_NODELAY (not at the socket's level), SO_ERROR
        Session.Call(SyscallCode.Setsockopt, fd, 1, 2, Ints(1), 4).Event.Has(0, fd, 1, 2, (byte[])[2, 1, 0, 0, 0], 4);
        Session.Call(SyscallCode.Setsockopt, fd, 1, 20, Longs(2, 5), 16).Event.Has(0, fd, 1, 20, (byte[])[4, .. BitConverter.GetBytes(2_000_005_000L)], 16);
        Session.Call(SyscallCode.Setsockopt, fd, 1, 13, Ints(1, 2), 8).Event.Has(0, fd, 1, 13, (byte[])[0, 1, 0, 0, 0, 2, 0, 0, 0], 8);
        Session.Call(SyscallCode.Setsockopt, fd, 6, 1, Ints(1), 4).Event.Has(0, fd, 2, 0, (byte[])[0, 1, 0, 0, 0], 4);
        Session.Call(SyscallCode.Getsockopt, fd, 1, 4, Ints(0), Ints(4)).Event.Has(0, fd, 1, 4, (byte[])[1, 0, 0, 0, 0, 0, 0, 0, 0], 4);
        Session.Call(SyscallCode.Getsockname, fd, Bytes(new byte[16]), Ints(16)).Event.Has();
        Close(fd);
    }

    private static nint Address(int port) => Bytes([2, 0, (byte)(port >> 8), (byte)port, .. Loopback]);

    private static nint Address6(int port) => Bytes([10, 0, (byte)(port >> 8), (byte)port, 0, 0, 0, 0, .. Loopback6]);

    private static byte[] Le(int port) => [(byte)port, (byte)(port >> 8)];

    private static int Port(nint fd)
    {
        var address = Bytes(new byte[28]);
        Assert.Equal(0, Invoke(SyscallCode.Getsockname, fd, address, Ints(28)));
        unsafe
        {
            return ((byte*)address)[2] << 8 | ((byte*)address)[3];
        }
    }
}
