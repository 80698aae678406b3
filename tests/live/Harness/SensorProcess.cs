using System.Diagnostics;
using System.Text;

namespace Peregrine.LiveTests.Harness;

/// <summary>A sensor on the real kernel. Its alerts are collected as they come; it is stopped by a signal, as an administrator would.</summary>
public sealed class SensorProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly List<Alert> _alerts = [];
    private readonly StringBuilder _said = new();
    private readonly StringBuilder _logged = new();
    private readonly object _lock = new();

    private SensorProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Whatever came on stdout that is no alert: the summary at the end.</summary>
    public string Said
    {
        get
        {
            lock (_lock) return _said.ToString();
        }
    }

    /// <summary>What came on stderr.</summary>
    public string Logged
    {
        get
        {
            lock (_lock) return _logged.ToString();
        }
    }

    public static SensorProcess Start(params string[] arguments) => StartBy([Repository.Sensor, .. arguments]);

    /// <summary>Starts the sensor through another program, which turns into it.</summary>
    public static SensorProcess StartBy(params string[] words)
    {
        if (!File.Exists(Repository.Sensor)) throw new FileNotFoundException($"{Repository.Sensor} is missing: run ./dev build first, or set PEREGRINE");
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, WorkingDirectory = "/" };
        var sensor = new SensorProcess(Process.Start(start)!);
        sensor._process.OutputDataReceived += (_, e) => sensor.Take(e.Data, sensor._said);
        sensor._process.ErrorDataReceived += (_, e) => sensor.Take(e.Data, sensor._logged);
        sensor._process.BeginOutputReadLine();
        sensor._process.BeginErrorReadLine();
        return sensor;
    }

    /// <summary>Does something again and again until the sensor tells of it: then it watches, whatever it logs about that.</summary>
    public void WaitUntilItWatches(Action deed, Func<Alert, bool> tellsOfIt)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (HasExited) throw new InvalidOperationException($"the sensor ended with {_process.ExitCode} before it watched:\n{Logged}{Said}");
            deed();
            if (TryFind(tellsOfIt, TimeSpan.FromMilliseconds(250), out _)) return;
        }
        throw new TimeoutException($"the sensor did not begin to watch; it said:\n{Logged}{Said}");
    }

    /// <summary>The first alert of a rule that fits, now or within half a minute.</summary>
    /// <param name="rule">Its name.</param>
    /// <param name="fits">Which alert it must be.</param>
    /// <param name="otherwise">What to say when none came.</param>
    public Alert Expect(string rule, Func<Alert, bool> fits, Func<string>? otherwise = null)
    {
        if (TryFind(a => a.Rule == rule && fits(a), Patience, out var alert)) return alert!;
        throw new Xunit.Sdk.XunitException($"no alert of \"{rule}\" that fits; {otherwise?.Invoke() ?? Nearby(rule)}");
    }

    public bool TryFind(Func<Alert, bool> fits, TimeSpan patience, out Alert? alert)
    {
        var clock = Stopwatch.StartNew();
        lock (_lock)
        {
            for (var seen = 0; ;)
            {
                for (; seen < _alerts.Count; seen++)
                {
                    if (!fits(_alerts[seen])) continue;
                    alert = _alerts[seen];
                    return true;
                }
                var left = patience - clock.Elapsed;
                if (left > TimeSpan.Zero && !_process.HasExited)
                {
                    Monitor.Wait(_lock, left < TimeSpan.FromMilliseconds(200) ? left : TimeSpan.FromMilliseconds(200));
                    continue;
                }
                alert = null;
                return false;
            }
        }
    }

    public IReadOnlyList<Alert> Alerts(Func<Alert, bool> fits)
    {
        lock (_lock) return [.. _alerts.Where(fits)];
    }

    /// <summary>Sends a signal by name (<c>TERM</c>, <c>INT</c>).</summary>
    public void Signal(string name) => Command.Run("/bin/kill", "-" + name, $"{Id}").Succeeded();

    /// <summary>Ends the sensor by a signal; returns its exit code when all it said has been read.</summary>
    public int Stop(string signal = "TERM")
    {
        if (!HasExited) Signal(signal);
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            _process.Kill();
            throw new TimeoutException($"the sensor did not end on SIG{signal}:\n{Logged}");
        }
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits for an end that nobody asked for, such as that of a bad configuration.</summary>
    public int WaitForExit(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience)) throw new TimeoutException($"the sensor did not end:\n{Logged}{Said}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!HasExited) _process.Kill();
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    private void Take(string? line, StringBuilder rest)
    {
        if (line is null) return;
        var alert = ReferenceEquals(rest, _said) ? Alert.Parse(line) : null;
        lock (_lock)
        {
            if (alert is null) rest.Append(line).Append('\n');
            else _alerts.Add(alert);
            Monitor.PulseAll(_lock);
        }
    }

    private string Nearby(string rule)
    {
        lock (_lock)
        {
            var same = _alerts.Where(a => a.Rule == rule).TakeLast(5).ToList();
            var text = new StringBuilder();
            text.Append(same.Count == 0 ? "none of that rule came; the last alerts:\n" : "of that rule came:\n");
            foreach (var alert in same.Count == 0 ? _alerts.TakeLast(8) : same) text.Append("  ").Append(alert).Append('\n');
            var log = _logged.ToString();
            return text.Append("the sensor logged:\n").Append(log.Length > 2000 ? log[^2000..] : log).ToString();
        }
    }
}
