using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

public sealed class OutputTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-outputs-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public void Stdout_writes_each_alert_as_a_line_at_once()
    {
        using var stream = new MemoryStream();
        using var output = new StdoutOutput(stream, buffered: false);
        Deliver(output, "one", "two");
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Stdout_keeps_lines_back_when_buffered()
    {
        using var stream = new MemoryStream();
        using var output = new StdoutOutput(stream, buffered: true);
        Deliver(output, "one");
        Assert.Equal(0, stream.Length);
        output.Flush();
        Assert.Equal("one\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_appends_and_follows_a_rotation(bool keepOpen)
    {
        File.WriteAllText(In("log"), "before\n");
        using var output = new FileOutput(In("log"), keepOpen);
        Deliver(output, "one");
        File.Move(In("log"), In("log.1"));
        output.Reopen();
        Deliver(output, "two");
        Assert.Equal("before\none\n", File.ReadAllText(In("log.1")));
        Assert.Equal("two\n", File.ReadAllText(In("log")));
    }

    [Fact]
    public void File_fails_where_it_cannot_write_and_recovers()
    {
        using var output = new FileOutput(In("missing/log"), keepOpen: true);
        Assert.ThrowsAny<IOException>(() => Deliver(output, "lost"));
        _folder.CreateSubdirectory("missing");
        Deliver(output, "kept");
        Assert.Equal("kept\n", File.ReadAllText(In("missing/log")));
    }

    [Fact]
    public void Syslog_sends_priority_time_and_tag_and_reconnects()
    {
        using var output = new SyslogOutput(In("log.sock"), "peregrine", new FixedClock());
        Assert.ThrowsAny<IOException>(() => Deliver(output, "nobody listens"));
        using (var daemon = Listen(SocketType.Dgram))
        {
            Deliver(output, "first");
            Assert.Equal($"<12>Nov  7 01:02:03 peregrine[{Environment.ProcessId}]: first", Receive(daemon));
        }
        File.Delete(In("log.sock"));
        using var restarted = Listen(SocketType.Dgram);
        Deliver(output, "second");
        Assert.EndsWith(": second", Receive(restarted), StringComparison.Ordinal);
    }

    [Fact]
    public void Program_gets_one_alert_per_run()
    {
        using var output = new ProgramOutput($"cat >> {In("got")}; echo end >> {In("got")}", keepRunning: false);
        Deliver(output, "one", "two");
        Assert.Equal("one\nend\ntwo\nend\n", File.ReadAllText(In("got")));
    }

    [Fact]
    public void Program_is_kept_running_and_started_again_when_it_ends()
    {
        using (var output = new ProgramOutput($"cat >> {In("got")}; echo end >> {In("got")}", keepRunning: true))
        {
            Deliver(output, "one", "two");
        }
        Assert.Equal("one\ntwo\nend\n", File.ReadAllText(In("got")));
    }

    [Fact]
    public void Http_posts_the_alert_with_its_content_type()
    {
        using var server = new OneShotServer(HttpStatusCode.OK);
        using var output = new HttpOutput(new HttpOutputOptions { Url = server.Url, Json = true, UserAgent = "tests/1.0" }, Stream.Null);
        Deliver(output, "{\"rule\":\"x\"}");
        Assert.Equal("{\"rule\":\"x\"}", server.Body);
        Assert.Contains("Content-Type: application/json", server.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("User-Agent: tests/1.0", server.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Http_counts_another_answer_than_success_as_failure()
    {
        using var server = new OneShotServer(HttpStatusCode.InternalServerError);
        using var output = new HttpOutput(new HttpOutputOptions { Url = server.Url }, Stream.Null);
        var error = Assert.ThrowsAny<IOException>(() => Deliver(output, "x"));
        Assert.Contains("500", error.Message, StringComparison.Ordinal);
    }

    private Socket Listen(SocketType type)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("log.sock")));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        socket.ReceiveTimeout = 5_000;
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    private static void Deliver(IAlertOutput output, params string[] lines)
    {
        var report = default(DeliveryReport);
        output.Deliver(lines.Select(l => Alerts.Text(l)).ToArray(), ref report);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse("2026-11-07T01:02:03Z", CultureInfo.InvariantCulture);
    }
}
