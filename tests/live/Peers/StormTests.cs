using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Peers;

/// <summary>
/// Everything that alerts go to breaks at once, at 5,000 alerts a second: <c>PEREGRINE_STORM_SECONDS</c> (5) long. What is well goes on as if nothing were, and the counters say to the alert what became
/// of them. The figures of the run are printed.
/// </summary>
[Collection(PeerCollection.Name)]
public sealed partial class StormTests(ITestOutputHelper said) : IDisposable
{
    private const int Rate = 5_000;
    private const int Capacity = 10_000;
    private const long MostMemory = 400 << 20;
    private static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable("PEREGRINE_STORM_SECONDS") ?? "5", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly LiveFolder _folder = new("storm");
    private readonly int _metrics = LoopbackPort.Free();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AllOutputsBreakAndNothingElseDoes()
    {
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        using var disk = new SmallDisk(_folder, "128k");
        var (go, got) = (In("go"), In("got"));
        BindAndClose(In("log.sock"));
        using var hung = new CollectingServer(hangs: true);
        var healthy = Storm("healthy", "");
        var broken = Storm("broken", $"""
            file_output: {"{"}enabled: true, keep_alive: true, filename: {disk.Path}/events.txt{"}"}
            program_output: {"{"}enabled: true, keep_alive: true, program: "while [ ! -e {go} ]; do sleep 0.1; done; exec cat > {got}"{"}"}
            syslog_output: {"{"}enabled: true, address: {In("log.sock")}{"}"}
            http_output: {"{"}enabled: true, url: "http://127.0.0.1:{hung.Port}/", keep_alive: true, spool: {"{"}enabled: true, path: {In("spool")}{"}"}{"}"}
            outputs_queue: {"{"}capacity: {Capacity}{"}"}
            """, sensor =>
            {
                // Each output that is broken has lost what its queue could not hold; the spool has lost nothing.
                var offered = Figures("stdout")["alerts_offered_total"];
                foreach (var output in (string[])["file", "program", "syslog", "http"])
                {
                    var figures = Figures(output);
                    said.WriteLine($"{output}: {string.Join(", ", figures.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}"))}");
                    Assert.Equal(offered, figures["alerts_offered_total"]);
                    Assert.Equal(offered, figures["alerts_delivered_total"] + StormSensor.Lost(figures) + figures["alerts_waiting"]);
                    Assert.InRange(figures["queue_alerts"], 0, Capacity);
                }
                Assert.Equal((0L, offered - Capacity), (Figures("syslog")["alerts_delivered_total"], Figures("syslog")["alerts_dropped_total/queue_full"]));
                Assert.Equal((0L, 0L, offered), (Figures("http")["alerts_delivered_total"], StormSensor.Lost(Figures("http")), Figures("http")["alerts_waiting"]));
                Assert.Equal(Figures("file")["alerts_delivered_total"], Lines(disk.Path + "/events.txt"));
                Assert.True(Figures("file")["attempts_repeated_total"] > 0);
                var memory = StormSensor.PeakMemory(sensor.Id);
                said.WriteLine($"peak memory {memory >> 20} MiB");
                Assert.InRange(memory, 0, MostMemory);

                // All is well again: what waited arrives, to the alert.
                disk.Grow();
                File.WriteAllText(go, "");
                hung.Dispose();
                using var server = new CollectingServer(hung.Port);
                Await(() => Figures("http")["alerts_delivered_total"] == offered && Figures("file")["alerts_waiting"] == 0 && Figures("program")["alerts_waiting"] == 0);
                Assert.Equal(offered, server.Bodies.Distinct().Count());
                Assert.Equal(Figures("file")["alerts_delivered_total"], Lines(disk.Path + "/events.txt"));
                Assert.Equal(Figures("file")["alerts_offered_total"], Figures("file")["alerts_delivered_total"] + Figures("file")["alerts_dropped_total/queue_full"]);
                // The program writes at its end what it has read.
                Await(() => Lines(got) == Figures("program")["alerts_delivered_total"]);
            });
        said.WriteLine($"mean time from event to alert: {healthy.Latency:0.000} ms healthy, {broken.Latency:0.000} ms broken");
        Assert.Equal(healthy.Alerts, broken.Alerts);
        Assert.Equal((0, 0), (healthy.DroppedEvents, broken.DroppedEvents));
    }

    [Fact]
    public void TheSpoolLosesNothingOverKillsOfTheSensor()
    {
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        var http = $"http_output: {"{"}enabled: true, keep_alive: true, spool: {"{"}enabled: true, path: {In("spool")}{"}"}, url: \"http://127.0.0.1:";
        long offered;
        using (var hung = new CollectingServer(hangs: true))
        {
            using var first = StartSensor("first", http + $"{hung.Port}/\"{"}"}", "kmod");
            EmitWatched(first);
            Await(() => Figures("http") is var f && f["alerts_offered_total"] > Rate * Seconds && f["queue_alerts"] == 0);
            offered = Figures("http")["alerts_offered_total"];
            Assert.Equal(offered, Figures("http")["alerts_waiting"]);
            first.Signal("KILL");
            first.WaitForExit(Patience);
        }
        using var server = new CollectingServer();
        var again = http + $"{server.Port}/\"{"}"}";
        // Killed once more in the middle of delivering.
        using (var second = StartSensor("second", again, "nodriver"))
        {
            Await(() => server.Bodies.Count > 500);
            second.Signal("KILL");
            second.WaitForExit(Patience);
        }
        using var third = StartSensor("third", again, "nodriver");
        Await(() => server.Bodies.Distinct().Count() == offered && Figures("http")["alerts_waiting"] == 0);
        var last = Figures("http");
        Assert.Equal(last["alerts_recovered_total"], last["alerts_delivered_total"]);
        Assert.Equal(0, StormSensor.Lost(last));
        said.WriteLine($"{offered} alerts, {server.Bodies.Count - offered} of them twice; the third run found {last["alerts_recovered_total"]} left");
        // In order, but for those that came twice.
        var numbers = server.Bodies.Distinct().Select(b => Alert.Parse(b)!).Where(a => a.Rule == StormSensor.Rule).Select(a => a.Time).ToArray();
        Assert.Equal(numbers.Order(), numbers);
    }

    private (long Alerts, double Latency, int DroppedEvents) Storm(string name, string outputs, Action<SensorProcess>? check = null)
    {
        using var sensor = StartSensor(name, outputs, "kmod");
        EmitWatched(sensor);
        var expected = Rate * Seconds;
        Await(() => Numbered(name) >= expected);
        check?.Invoke(sensor);
        var page = Page();
        var latency = Value(page, "peregrine_alert_latency_seconds_sum") / Value(page, "peregrine_alert_latency_seconds_count") * 1_000;
        Assert.Equal(0, sensor.Stop());
        Assert.Equal(expected, Numbered(name));
        var dropped = Dropped().Match(sensor.Logged);
        Assert.True(dropped.Success, sensor.Logged);
        return (Numbered(name), latency, int.Parse(dropped.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private SensorProcess StartSensor(string name, string outputs, string engine)
    {
        var config = _folder.Write(name + ".yaml", StormSensor.Rules(_folder, In("numbered")).Replace("webserver: {enabled: false}\n", "", StringComparison.Ordinal).Replace("syslog_output: {enabled: false}\n", outputs.Contains("syslog_output", StringComparison.Ordinal) ? "" : "syslog_output: {enabled: false}\n", StringComparison.Ordinal) + $"""
            engine: {"{"}kind: {engine}{"}"}
            webserver: {"{"}enabled: true, listen_address: 127.0.0.1, listen_port: {_metrics}, prometheus_metrics_enabled: true{"}"}
            metrics: {"{"}enabled: true, output_rule: false{"}"}
            {outputs}

            """);
        // Alerts go into a file: nobody here need keep up with them.
        var sensor = SensorProcess.StartBy("/bin/sh", "-c", $"exec {Repository.Sensor} -c {config} > {In(name)}");
        Await(() => sensor.HasExited || Daemon.Answers(_metrics));
        Assert.False(sensor.HasExited, sensor.Logged);
        return sensor;
    }

    private void EmitWatched(SensorProcess sensor)
    {
        var deeds = new DeedProgram(In("bin"));
        Await(() =>
        {
            // Until it watches; these are no part of the storm.
            deeds.Do("open-many", In("numbered") + "/before", "1", "1000");
            Thread.Sleep(200);
            return sensor.HasExited || Figures("stdout")["alerts_offered_total"] > 0;
        });
        deeds.Do("open-many", In("numbered"), $"{Rate * Seconds}", $"{Rate}").Succeeded();
    }

    private int Numbered(string name)
    {
        using var file = new FileStream(In(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var count = 0;
        while (reader.ReadLine() is { } line)
            if (line.Contains("opened " + In("numbered") + "/", StringComparison.Ordinal) && !line.Contains("/before/", StringComparison.Ordinal)) count++;
        return count;
    }

    private Dictionary<string, long> Figures(string output) => StormSensor.Figures(Page(), output);

    private string Page()
    {
        using var client = new HttpClient();
        return client.GetStringAsync(new Uri($"http://127.0.0.1:{_metrics}/metrics")).GetAwaiter().GetResult();
    }

    private static double Value(string page, string metric) => double.Parse(page.Split('\n').First(l => l.StartsWith(metric + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    private static void Await(Func<bool> holds)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < Patience, "it did not come to that");
            Thread.Sleep(100);
        }
    }

    private static long Lines(string path) => File.Exists(path) ? File.ReadLines(path).LongCount() : 0;

    private static void BindAndClose(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    private string In(string name) => Path.Combine(_folder.Path, name);

    [GeneratedRegex(@"Events generated: \d+; read: \d+; dropped: (\d+)")]
    private static partial Regex Dropped();

    /// <summary>A file system in memory that is soon full.</summary>
    private sealed class SmallDisk : IDisposable
    {
        public SmallDisk(LiveFolder folder, string size)
        {
            Path = Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "disk")).FullName;
            Command.Run("/bin/mount", "-t", "tmpfs", "-o", $"size={size}", "peregrine-test", Path).Succeeded();
        }

        public string Path { get; }

        public void Grow() => Command.Run("/bin/mount", "-o", "remount,size=1g", Path).Succeeded();

        public void Dispose() => Command.Run("/bin/umount", "-l", Path);
    }
}
