using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Peregrine.Bench;

/// <summary>The built hub with its data in a folder of its own, which is removed at the end.</summary>
internal sealed partial class RunningHub : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peregrine-bench-hub").FullName;
    private readonly HttpClient _client;
    private readonly Process _process;
    private readonly Task<string> _errors;

    public RunningHub(BenchSetup setup, AlertSink sink)
    {
        Port = FreePort();
        var file = Path.Combine(_folder, "hub.yaml");
        File.WriteAllText(file, $$"""
            listenaddress: 127.0.0.1
            listenport: {{Port}}
            data: {{_folder}}/data
            elasticsearch: {hostport: '{{sink.Address}}'}
            loki: {hostport: '{{sink.Address}}'}

            """);
        _process = Process.Start(new ProcessStartInfo(setup.Hub, ["-c", file]) { RedirectStandardError = true })!;
        _errors = _process.StandardError.ReadToEndAsync();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        for (var watch = Stopwatch.StartNew(); !Answers(); Thread.Sleep(50))
            if (_process.HasExited || watch.Elapsed > TimeSpan.FromSeconds(30)) throw new BenchException("the hub does not answer: " + (_process.HasExited ? _errors.Result.Trim() : ""));
    }

    public int Port { get; }

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long PeakBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Waits until all alerts are delivered and stored; says after how many seconds each was so.</summary>
    public (double Delivered, double Stored) AwaitIdle(TimeSpan limit)
    {
        var (delivered, stored) = (0.0, 0.0);
        for (var watch = Stopwatch.StartNew(); delivered == 0 || stored == 0; Thread.Sleep(100))
        {
            var page = _client.GetStringAsync(new Uri("/metrics", UriKind.Relative)).Result;
            double Sum(string name) => Sample().Matches(page).Where(m => m.Groups[1].Value == name).Sum(m => double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
            if (delivered == 0 && Sum("peregrine_hub_destination_queue_alerts") + Sum("peregrine_hub_routing_lag_alerts") == 0) delivered = watch.Elapsed.TotalSeconds;
            if (stored == 0 && Sum("peregrine_hub_store_lag_alerts") == 0) stored = watch.Elapsed.TotalSeconds;
            if (watch.Elapsed > limit) throw new BenchException("the hub did not catch up:\n" + string.Join('\n', page.Split('\n').Where(l => l.Contains("_lag_", StringComparison.Ordinal) || l.Contains("_queue_", StringComparison.Ordinal))));
        }
        return (delivered, stored);
    }

    public void Dispose()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            using var answer = _client.Send(new HttpRequestMessage(HttpMethod.Get, "/ping"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^(\w+)(?:\{[^\n]*\})? ([0-9.eE+-]+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
