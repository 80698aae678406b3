using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

public sealed class SyslogTests : IDisposable
{
    /// <summary>2026-11-07T01:02:03.456789 UTC.</summary>
    private const ulong Time = 1_794_013_323_456_789_000;

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-syslog-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Path => System.IO.Path.Combine(_folder.FullName, "log.sock");

    private SyslogOptions Local => new() { Address = new SyslogAddress(SyslogTransport.Unix, Path, 0) };

    [Theory]
    [InlineData(SyslogFormat.Rfc3164, SyslogTransport.Unix, 1, "<12>Nov  7 03:02:03 peregrine[PID]: text")]
    [InlineData(SyslogFormat.Rfc3164, SyslogTransport.Udp, 16, "<132>Nov  7 03:02:03 host peregrine[PID]: text")]
    [InlineData(SyslogFormat.Rfc5424, SyslogTransport.Unix, 1, "<12>1 2026-11-07T01:02:03.456789Z host peregrine PID alert - text")]
    [InlineData(SyslogFormat.Rfc5424, SyslogTransport.Tcp, 23, "<188>1 2026-11-07T01:02:03.456789Z host peregrine PID alert - text")]
    public void Messages_have_the_form_of_their_standard(SyslogFormat format, SyslogTransport transport, int facility, string expected)
    {
        var options = new SyslogOptions { Format = format, Facility = facility, Hostname = "host", Address = new SyslogAddress(transport, "x", 1) };
        var written = new SyslogMessage(options, Zone).Write(4, DateTimeOffset.UnixEpoch.AddTicks((long)(Time / 100)), "text"u8);
        Assert.Equal(expected.Replace("PID", $"{Environment.ProcessId}", StringComparison.Ordinal), Encoding.UTF8.GetString(written));
    }

    [Theory]
    [InlineData("my host\u00e9\n", "myhost")]
    [InlineData("", "-")]
    public void Names_in_a_header_have_only_what_may_stand_there(string name, string shown)
    {
        var options = new SyslogOptions { Format = SyslogFormat.Rfc5424, Hostname = name, Tag = name };
        Assert.Contains($"Z {shown} {shown} ", Encoding.UTF8.GetString(new SyslogMessage(options, Zone).Write(4, DateTimeOffset.UnixEpoch, "x"u8)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/log", SyslogTransport.Unix, "/dev/log", 0)]
    [InlineData("unix:///run/my%20log", SyslogTransport.Unix, "/run/my log", 0)]
    [InlineData("udp://logs.example.com", SyslogTransport.Udp, "logs.example.com", 514)]
    [InlineData("tcp://10.0.0.1", SyslogTransport.Tcp, "10.0.0.1", 601)]
    [InlineData("tls://[::1]:7000", SyslogTransport.Tls, "::1", 7000)]
    public void Addresses_are_read(string text, SyslogTransport transport, string target, int port)
    {
        Assert.True(SyslogAddress.TryParse(text, out var address));
        Assert.Equal(new SyslogAddress(transport, target, port), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("log")]
    [InlineData("http://x")]
    [InlineData("tcp://")]
    [InlineData("tcp://me:secret@host")]
    [InlineData("tcp://host/path")]
    [InlineData("unix://host/path")]
    [InlineData("unix://")]
    public void What_is_no_address_is_refused(string text) => Assert.False(SyslogAddress.TryParse(text, out _));

    [Theory]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Stream)]
    public void A_local_daemon_is_found_again_after_a_restart(SocketType type)
    {
        using var output = new SyslogOutput(Local, Zone);
        Assert.Equal(DeliveryFailure.Unreachable, Assert.Throws<DeliveryException>(() => Send(output, "nobody")).Failure);
        for (var round = 0; round < 2; round++)
        {
            using var listener = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(Path));
            if (type == SocketType.Stream) listener.Listen();
            // Of datagrams the first failure tells that the old daemon is gone.
            if (round > 0 && type == SocketType.Dgram) Assert.Throws<DeliveryException>(() => Send(output, "lost"));
            Send(output, $"round {round}");
            using var daemon = type == SocketType.Stream ? listener.Accept() : listener;
            Assert.Equal($"<12>Nov  7 03:02:03 peregrine[{Environment.ProcessId}]: round {round}{(type == SocketType.Stream ? "\0" : "")}", Receive(daemon));
            File.Delete(Path);
        }
    }

    [Fact]
    public void A_local_daemon_that_reads_nothing_is_not_waited_for_without_end()
    {
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        daemon.Bind(new UnixDomainSocketEndPoint(Path));
        using var output = new SyslogOutput(Local with { Timeout = TimeSpan.FromMilliseconds(100) }, Zone);
        var error = Assert.Throws<DeliveryException>(() =>
        {
            for (var i = 0; i < 10_000; i++) Send(output, "text");
        });
        Assert.Equal(DeliveryFailure.Unreachable, error.Failure);
    }

    [Theory]
    [InlineData(SyslogFraming.Newline, "HEAD: one line\nHEAD: two\n")]
    [InlineData(SyslogFraming.OctetCounting, "LEN HEAD: one\nlineLEN HEAD: two")]
    public void A_stream_is_divided_as_configured(SyslogFraming framing, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var output = new SyslogOutput(Network(listener) with { Framing = framing }, Zone);
        Send(output, "one\nline");
        Send(output, "two");
        using var peer = listener.AcceptSocket();
        output.Dispose();
        var head = $"<12>Nov  7 03:02:03 - peregrine[{Environment.ProcessId}]";
        var text = expected.Replace("LEN HEAD: one", $"{head.Length + 10} HEAD: one", StringComparison.Ordinal).Replace("LEN HEAD: two", $"{head.Length + 5} HEAD: two", StringComparison.Ordinal).Replace("HEAD", head, StringComparison.Ordinal);
        Assert.Equal(text, ReceiveAll(peer));
    }

    [Fact]
    public void A_connection_that_the_other_side_has_ended_takes_no_alert_with_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var output = new SyslogOutput(Network(listener) with { Framing = SyslogFraming.Newline }, Zone);
        Send(output, "one");
        using (var first = listener.AcceptSocket()) Assert.EndsWith("one\n", Receive(first), StringComparison.Ordinal);
        Send(output, "two");
        using var second = listener.AcceptSocket();
        Assert.EndsWith("two\n", Receive(second), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_for_a_datagram_is_refused_and_costs_no_other()
    {
        using var daemon = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        daemon.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var output = new SyslogOutput(new SyslogOptions { Address = new SyslogAddress(SyslogTransport.Udp, "127.0.0.1", ((IPEndPoint)daemon.LocalEndPoint!).Port) }, Zone);
        Assert.Equal(DeliveryFailure.Rejected, Assert.Throws<DeliveryException>(() => Send(output, new string('x', 70_000))).Failure);
        Send(output, "short");
        Assert.EndsWith("short", Receive(daemon), StringComparison.Ordinal);
    }

    private static SyslogOptions Network(TcpListener listener) => new() { Address = new SyslogAddress(SyslogTransport.Tcp, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port) };

    private static void Send(SyslogOutput output, string text)
    {
        var report = default(DeliveryReport);
        output.Deliver([new Alert { Time = Time, Priority = AlertPriority.Warning, Rule = "r", Source = "syscall", Line = Encoding.UTF8.GetBytes(text + "\n") }], ref report);
        Assert.Equal(1, report.Delivered);
    }

    private static string Receive(Socket socket)
    {
        socket.ReceiveTimeout = 20_000;
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    private static string ReceiveAll(Socket socket)
    {
        using var stream = new NetworkStream(socket) { ReadTimeout = 20_000 };
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
