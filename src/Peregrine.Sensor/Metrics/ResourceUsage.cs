using System.Globalization;

namespace Peregrine.Sensor.Metrics;

/// <summary>Reads what the sensor and the machine use from procfs. What cannot be read is 0.</summary>
/// <param name="environment">Looks up an environment variable.</param>
/// <param name="started">When the sensor started.</param>
internal sealed class ResourceUsage(Func<string, string?> environment, DateTimeOffset started)
{
    private readonly string _host = environment("HOST_ROOT") is { Length: > 0 } root ? root : "/";
    private readonly string _containerMemory = environment("FALCO_CGROUP_MEM_PATH") is { Length: > 0 } path ? path : "/sys/fs/cgroup/memory/memory.usage_in_bytes";

    public ResourceFigures Read()
    {
        var status = Kilobytes("/proc/self/status");
        var memory = Kilobytes(Path.Combine(_host, "proc/meminfo"));
        return new ResourceFigures
        {
            CpuPercent = CpuPercent(),
            Resident = status.GetValueOrDefault("VmRSS"),
            Virtual = status.GetValueOrDefault("VmSize"),
            Proportional = Kilobytes("/proc/self/smaps_rollup").GetValueOrDefault("Pss"),
            Container = Number(Lines(_containerMemory).FirstOrDefault()),
            HostCpuPercent = HostCpuPercent(out var running),
            HostMemory = memory.GetValueOrDefault("MemTotal") - memory.GetValueOrDefault("MemFree") - memory.GetValueOrDefault("Buffers") - memory.GetValueOrDefault("Cached"),
            HostProcessesRunning = running,
            HostOpenFiles = Number(Lines(Path.Combine(_host, "proc/sys/fs/file-nr")).FirstOrDefault()?.Split(' ')[0]),
        };
    }

    /// <summary>Since the sensor started, as <c>ps</c> shows it.</summary>
    private double CpuPercent()
    {
        var lived = DateTimeOffset.UtcNow - started;
        return lived <= TimeSpan.Zero ? 0 : 100 * Environment.CpuUsage.TotalTime / lived;
    }

    /// <summary>Since the machine started.</summary>
    private double HostCpuPercent(out long running)
    {
        double percent = 0;
        running = 0;
        foreach (var line in Lines(Path.Combine(_host, "proc/stat")))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["procs_running", var count]) running = Number(count);
            if (words is not ["cpu", ..]) continue;
            var times = words.Skip(1).Take(8).Select(Number).ToArray();
            var sum = times.Sum();
            // The fourth and fifth are idle and waiting for a disk.
            if (times.Length >= 5 && sum > 0) percent = 100.0 * (sum - times[3] - times[4]) / sum;
        }
        return percent;
    }

    /// <summary>The lines <c>Name:  123 kB</c> of a file, in bytes.</summary>
    private static Dictionary<string, long> Kilobytes(string path)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in Lines(path))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is [var name, var number, "kB"]) values[name.TrimEnd(':')] = Number(number) * 1024;
        }
        return values;
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllText(path).Replace('\t', ' ').Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
