using System.Globalization;
using Peregrine.Kernel.Proc.Files;

namespace Peregrine.Kernel.Proc.Facts;

/// <summary>What the machine is, read once at start: for <c>evt.hostname</c>, the head of captures and the report of what the sensor found.</summary>
/// <remarks>A fact that cannot be read is 0 or empty.</remarks>
public sealed record HostFacts
{
    public required string Hostname { get; init; }

    /// <summary>Such as <c>6.1.0-18-amd64</c>.</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The build line of <c>/proc/version</c>.</summary>
    public required string KernelVersion { get; init; }

    /// <summary>One more than the highest number a processor can get, offline ones included: per-CPU rings and counters are numbered by it.</summary>
    public required int PossibleCpus { get; init; }

    public required int OnlineCpus { get; init; }

    public required ulong MemoryBytes { get; init; }

    public required ulong MaxPid { get; init; }

    /// <summary>Nanoseconds since the epoch when the machine started.</summary>
    public required ulong BootTime { get; init; }

    public required IReadOnlyList<HostInterface> Interfaces { get; init; }

    /// <summary>Reads them below <paramref name="hostRoot"/>.</summary>
    public static HostFacts Read(string hostRoot = "/")
    {
        var proc = Path.Combine(hostRoot, "proc");
        var cpus = Path.Combine(hostRoot, "sys/devices/system/cpu");
        var possible = CpuList.Count(Line(Path.Combine(cpus, "possible")));
        return new HostFacts
        {
            Hostname = Line(Path.Combine(proc, "sys/kernel/hostname")),
            KernelRelease = Line(Path.Combine(proc, "sys/kernel/osrelease")),
            KernelVersion = Line(Path.Combine(proc, "version")),
            PossibleCpus = possible > 0 ? possible : Environment.ProcessorCount,
            OnlineCpus = CpuList.Parse(Line(Path.Combine(cpus, "online"))).Count is > 0 and var online ? online : Environment.ProcessorCount,
            MemoryBytes = MemoryTotal(Path.Combine(proc, "meminfo")),
            MaxPid = ulong.TryParse(Line(Path.Combine(proc, "sys/kernel/pid_max")), NumberStyles.None, CultureInfo.InvariantCulture, out var max) ? max : 0,
            BootTime = HostClock.Read().BootEpoch,
            Interfaces = HostInterface.ReadAll(),
        };
    }

    private static string Line(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return reader.ReadLine() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static ulong MemoryTotal(string path)
    {
        var line = Line(path);
        const string Label = "MemTotal:";
        if (!line.StartsWith(Label, StringComparison.Ordinal)) return 0;
        return new TextCursor(System.Text.Encoding.ASCII.GetBytes(line[Label.Length..])).Unsigned() * 1024;
    }
}
