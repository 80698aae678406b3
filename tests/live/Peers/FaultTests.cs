using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Peers;

/// <summary>
/// Each system call that an output, or a reload, makes is made to fail at its first use, its second, and so on. The sensor never ends of it, goes on afterwards, and its counters agree with what
/// the other side has. The sensor has no events: its alerts are its own metrics, ten a second.
/// </summary>
[Collection(PeerCollection.Name)]
public sealed partial class FaultTests : IDisposable
{
    private const int Uses = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly LiveFolder _folder = new("faults");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFile(bool keep)
    {
        using var sensor = Start($"file_output: {"{"}enabled: true, keep_alive: {Word(keep)}, filename: {In("events")}{"}"}");
        // A signal closes the file; the next alert opens it again.
        Break(sensor, "output file", "openat", ["ENOSPC", "EMFILE"], () => sensor.Signal("USR1"));
        Break(sensor, "output file", "write", "ENOSPC", "EIO");
        var (delivered, repeated, lost) = Stop(sensor, "file");
        Assert.Equal(delivered, File.ReadLines(In("events")).Count());
        // Some of the calls that failed were lines of the log, which come from the same thread.
        Assert.True(repeated >= 2 * Uses, $"{repeated} attempts repeated");
        Assert.Equal(0, lost);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AProgram(bool keep)
    {
        using var sensor = Start($"program_output: {"{"}enabled: true, keep_alive: {Word(keep)}, program: \"cat >> {In("got")}\"{"}"}");
        if (!keep)
        {
            Break(sensor, "output program", "vfork", "EAGAIN", "ENOMEM");
            Break(sensor, "output program", "pipe2", "EMFILE");
        }
        else
        {
            Break(sensor, "output program", "write", "EPIPE", "EIO");
        }
        var (delivered, repeated, lost) = Stop(sensor, "program");
        Assert.Equal(delivered, File.ReadLines(In("got")).Count());
        Assert.True(repeated >= Uses, $"{repeated} attempts repeated");
        Assert.Equal(0, lost);
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("tcp")]
    public void Syslog(string transport)
    {
        using var listener = transport == "unix" ? new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(transport == "unix" ? new UnixDomainSocketEndPoint(In("log.sock")) : new IPEndPoint(IPAddress.Loopback, 0));
        var messages = 0;
        if (transport == "tcp") listener.Listen();
        new Thread(() => Collect(listener, transport, () => Interlocked.Increment(ref messages))) { IsBackground = true }.Start();
        var address = transport == "unix" ? In("log.sock") : $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}";
        using var sensor = Start($"syslog_output: {"{"}enabled: true, address: \"{address}\", framing: newline{"}"}");
        Break(sensor, "output syslog", "sendto", transport == "unix" ? "ECONNREFUSED" : "EPIPE", "ENOBUFS");
        // A signal closes the connection; the next alert makes another.
        Break(sensor, "output syslog", "socket", ["EMFILE"], () => sensor.Signal("USR1"));
        Break(sensor, "output syslog", "connect", ["ECONNREFUSED"], () => sensor.Signal("USR1"));
        var (delivered, repeated, lost) = Stop(sensor, "syslog");
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref messages) >= delivered, Patience));
        Assert.Equal(delivered, messages);
        Assert.True(repeated >= 2 * Uses, $"{repeated} attempts repeated");
        Assert.Equal(0, lost);
    }

    [Fact]
    public void Http()
    {
        using var server = new CollectingServer();
        using var sensor = Start($"http_output: {"{"}enabled: true, url: \"http://127.0.0.1:{server.Port}/\"{"}"}");
        // Connections are made by other threads than the output's.
        foreach (var calls in (string[])["socket", "connect", "sendto,sendmsg", "recvfrom,recvmsg"]) Break(sensor, null, calls, "ECONNRESET");
        CheckHttp(sensor, server);
    }

    [Fact]
    public void HttpBehindASpool()
    {
        using var server = new CollectingServer();
        using var sensor = Start($"http_output: {"{"}enabled: true, url: \"http://127.0.0.1:{server.Port}/\", spool: {"{"}enabled: true, path: {In("spool")}, max_size: 1MiB{"}"}{"}"}");
        Break(sensor, "output http", "pwrite64", "ENOSPC", "EIO");
        Break(sensor, "output http", "fsync", "EIO");
        Break(sensor, "output http", "openat", "EMFILE");
        Break(sensor, "spool http", "pread64", "EIO");
        Break(sensor, "spool http", "pwrite64", "ENOSPC");
        Break(sensor, "spool http", "openat", "EMFILE");
        CheckHttp(sensor, server);
    }

    [Fact]
    public void AReload()
    {
        using var sensor = Start("");
        var reloads = 0;
        foreach (var call in (string[])["openat", "read", "pread64", "fstat", "statx"])
        {
            for (var use = 1; use <= 60; use++)
            {
                using var fault = FaultInjection.Start(_folder, FaultInjection.Thread(sensor.Id, "reload"), all: false, call, "EIO", use);
                sensor.Signal("HUP");
                reloads++;
                Await(() => Count(sensor, "Reloaded:") + Count(sensor, "Reload refused") >= reloads, sensor);
                if (fault.Count == 0) break;
            }
        }
        var good = Count(sensor, "Reloaded:");
        sensor.Signal("HUP");
        Await(() => Count(sensor, "Reloaded:") > good, sensor);
        Assert.True(Count(sensor, "Reload refused") > 0, sensor.Logged);
        Assert.Equal(0, sensor.Stop());
        Assert.DoesNotContain("   at ", sensor.Logged, StringComparison.Ordinal);
    }

    private void Break(SensorProcess sensor, string? thread, string calls, params string[] errors) => Break(sensor, thread, calls, errors, static () => { });

    private void Break(SensorProcess sensor, string? thread, string calls, string[] errors, Action then)
    {
        foreach (var error in errors)
        {
            for (var use = 1; use <= Uses; use++)
            {
                var target = thread is null ? sensor.Id : FaultInjection.Thread(sensor.Id, thread);
                using var fault = FaultInjection.Start(_folder, target, thread is null, calls, error, use);
                var clock = Stopwatch.StartNew();
                for (; fault.Count == 0; Thread.Sleep(50))
                {
                    then();
                    Assert.False(sensor.HasExited, sensor.Logged);
                    Assert.True(clock.Elapsed < Patience, $"{calls} was not called {use} times by {thread}");
                }
            }
        }
        // It goes on: an alert comes on stdout, which nobody disturbed.
        var before = sensor.Alerts(static _ => true).Count;
        Await(() => sensor.Alerts(static _ => true).Count > before, sensor);
    }

    private static void CheckHttp(SensorProcess sensor, CollectingServer server)
    {
        var (delivered, repeated, lost) = Stop(sensor, "http");
        var distinct = server.Bodies.Distinct().Count();
        // What was answered is delivered; what was taken and could not be answered comes once more.
        Assert.InRange(distinct, delivered, delivered + 1);
        Assert.InRange(server.Bodies.Count - distinct, 0, repeated + 1);
        Assert.Equal(0, lost);
    }

    private SensorProcess Start(string output)
    {
        var config = _folder.Write("sensor.yaml", StormSensor.Rules(_folder, "/nowhere").Replace("syslog_output: {enabled: false}\n", output.Contains("syslog_output", StringComparison.Ordinal) ? "" : "syslog_output: {enabled: false}\n", StringComparison.Ordinal) + $"""
            engine: {"{"}kind: nodriver{"}"}
            metrics: {"{"}enabled: true, interval: 100ms, output_rule: true{"}"}
            {output}

            """);
        var sensor = SensorProcess.Start("-c", config);
        Await(() => sensor.Alerts(static _ => true).Count > 2, sensor);
        return sensor;
    }

    private static (int Delivered, int Repeated, int Lost) Stop(SensorProcess sensor, string output)
    {
        // What is being tried again gets through first.
        Thread.Sleep(1_000);
        Assert.Equal(0, sensor.Stop());
        Assert.DoesNotContain("   at ", sensor.Logged, StringComparison.Ordinal);
        var of = Regex.Match(sensor.Logged, $@"Output {output}: (\d+) alerts delivered, (\d+) attempts repeated, (\d+) lost");
        Assert.True(of.Success, sensor.Logged);
        var shown = StdoutReport().Match(sensor.Logged);
        var (delivered, repeated, lost) = (Number(of, 1), Number(of, 2), Number(of, 3));
        // Every alert that stdout was given this output was given too, and none is unaccounted for.
        Assert.Equal(Number(shown, 1), delivered + lost);
        Assert.Equal(Number(shown, 1), sensor.Alerts(static _ => true).Count);
        return (delivered, repeated, lost);
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static int Count(SensorProcess sensor, string text) => sensor.Logged.Split(text).Length - 1;

    private static void Await(Func<bool> holds, SensorProcess sensor)
    {
        var clock = Stopwatch.StartNew();
        for (; !holds(); Thread.Sleep(20))
        {
            Assert.False(sensor.HasExited, sensor.Logged);
            Assert.True(clock.Elapsed < Patience, sensor.Logged);
        }
    }

    private static void Collect(Socket listener, string transport, Action message)
    {
        try
        {
            var buffer = new byte[256 * 1024];
            while (transport == "unix")
                if (listener.Receive(buffer) > 0) message();
            while (true)
            {
                using var reader = new StreamReader(new NetworkStream(listener.Accept(), ownsSocket: true), Encoding.UTF8);
                while (reader.ReadLine() is not null) message();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private static string Word(bool value) => value ? "true" : "false";

    private string In(string name) => Path.Combine(_folder.Path, name);

    [GeneratedRegex(@"Output stdout: (\d+) alerts delivered, 0 attempts repeated, 0 lost")]
    private static partial Regex StdoutReport();
}
