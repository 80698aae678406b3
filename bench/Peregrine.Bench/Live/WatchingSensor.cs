using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Peregrine.Bench;

/// <summary>What the sensor said at its end.</summary>
internal sealed record SensorCounts(long Generated, long Read, long Dropped);

/// <summary>The built sensor on this machine's kernel with rules files, from attached to stopped.</summary>
internal sealed partial class WatchingSensor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _log = [];
    private readonly ManualResetEventSlim _attached = new();
    private TimeSpan _cpuAtAttach;

    /// <summary>Returns when the sensor is attached.</summary>
    public WatchingSensor(BenchSetup setup, IEnumerable<string> rules, params string[] settings)
    {
        var start = new ProcessStartInfo(setup.Sensor) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var file in rules) Add("-r", file);
        foreach (var setting in (string[])["syslog_output.enabled=false", "log_syslog=false", "webserver.enabled=false", "watch_config_files=false", .. settings]) Add("-o", setting);
        var watch = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (!_attached.Wait(Patience)) throw new BenchException("the sensor did not attach: " + Log());
        Attached = watch.Elapsed;
        if (_process.HasExited) throw new BenchException("the sensor ended: " + Log());
        _cpuAtAttach = _process.TotalProcessorTime;

        void Add(params string[] args)
        {
            foreach (var arg in args) start.ArgumentList.Add(arg);
        }
    }

    /// <summary>From its start until it said that it watches.</summary>
    public TimeSpan Attached { get; }

    public int Pid => _process.Id;

    /// <summary>CPU time since it was attached, or since <see cref="Mark"/>.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return (_process.TotalProcessorTime - _cpuAtAttach).TotalSeconds;
        }
    }

    public void Mark()
    {
        _process.Refresh();
        _cpuAtAttach = _process.TotalProcessorTime;
    }

    /// <summary>Bytes that it has resident: all, and without the rings that it shares with the kernel.</summary>
    public (long All, long WithoutRings) Resident()
    {
        long all = 0, rings = 0;
        var isRing = false;
        foreach (var line in File.ReadLines($"/proc/{Pid}/smaps"))
        {
            if (char.IsAsciiHexDigitLower(line[0]) && line.IndexOf('-', StringComparison.Ordinal) > 0) isRing = line.Contains("bpf-map", StringComparison.Ordinal);
            if (!line.StartsWith("Rss:", StringComparison.Ordinal)) continue;
            var bytes = long.Parse(line[4..^3].Trim(), CultureInfo.InvariantCulture) * 1024;
            all += bytes;
            if (isRing) rings += bytes;
        }
        return (all, all - rings);
    }

    /// <summary>Ends it as an operator would and reads its counts.</summary>
    public SensorCounts Stop()
    {
        using (var kill = Process.Start("/bin/kill", ["-INT", Pid.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();
        if (!_process.WaitForExit(Patience)) throw new BenchException("the sensor did not end");
        _process.WaitForExit();
        var match = Counts().Match(Log());
        if (!match.Success) throw new BenchException("the sensor told no counts: " + Log());
        long Group(int i) => long.Parse(match.Groups[i].Value, CultureInfo.InvariantCulture);
        return new SensorCounts(Group(1), Group(2), Group(3));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _attached.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
            lock (_log) _log.Add(line);
        if (line is null || line.Contains("Watching ", StringComparison.Ordinal)) _attached.Set();
    }

    private string Log()
    {
        lock (_log) return string.Join('\n', _log);
    }

    [GeneratedRegex("Events generated: ([0-9]+); read: ([0-9]+); dropped: ([0-9]+)")]
    private static partial Regex Counts();
}
