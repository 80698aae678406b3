using System.Diagnostics;

namespace Peregrine.Bench;

/// <summary>The built sensor, running on this machine's kernel with one rule.</summary>
internal sealed class RunningSensor : IDisposable
{
    private readonly Process _process;
    private readonly string _rules;
    private readonly Task<string> _errors;

    public RunningSensor(BenchSetup setup, string rules)
    {
        _rules = Path.Combine(Path.GetTempPath(), $"peregrine-bench-{Environment.ProcessId}.yaml");
        File.WriteAllText(_rules, rules);
        var start = new ProcessStartInfo(setup.Sensor) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])["-r", _rules, "-o", "syslog_output.enabled=false", "-o", "log_syslog=false"]) start.ArgumentList.Add(arg);
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The alerts, unread.</summary>
    public Stream Alerts => _process.StandardOutput.BaseStream;

    public TimeSpan CpuTime => _process.TotalProcessorTime;

    /// <summary>Fails with the sensor's own words when it has ended.</summary>
    public void ThrowIfEnded()
    {
        if (_process.HasExited) throw new BenchException("the sensor ended: " + _errors.Result.Trim());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("/bin/kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (!_process.WaitForExit(5_000)) _process.Kill();
        }
        _process.Dispose();
        File.Delete(_rules);
    }
}
