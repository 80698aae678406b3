using System.Globalization;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Privileges;
using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>The probe in the kernel, as descriptors: of its maps, of the programs on tracepoints, and of the rings. Owned by who gets it.</summary>
/// <param name="BootTime">Of the machine, in nanoseconds since the epoch, as the probe was told.</param>
/// <param name="Switches">The map of switches.</param>
/// <param name="Cpus">The map of each CPU's state.</param>
/// <param name="CpuBytes">The size of one CPU's state in it.</param>
/// <param name="Programs">Those on tracepoints, by the names that dashboards know.</param>
/// <param name="Rings">One for each CPU that there may be.</param>
internal sealed record LoadedProbe(ulong BootTime, int Switches, int Cpus, int CpuBytes, IReadOnlyList<AttachedProgram> Programs, Ring[] Rings) : IDisposable
{
    private const char Between = ';';

    /// <summary>Who loaded it; null where it was taken over.</summary>
    public ProbePrograms? Loader { get; init; }

    /// <summary>Descriptors that only have to stay open: of links, and of tables of programs, which the kernel empties when the last is closed.</summary>
    public IReadOnlyList<int> Held { get; init; } = [];

    /// <summary>Attaches it to its tracepoints; one that was taken over is attached.</summary>
    public void Attach()
    {
        foreach (var (program, _) in ProbeLoader.AttachedPrograms) Loader?.Attach(program);
    }

    /// <summary>
    /// Lets all descriptors be there after an exec and writes down which is which. The probe must be attached: what takes it over may no longer be allowed to.
    /// </summary>
    public string HandOver()
    {
        var held = Loader!.Held.Except([Switches, Cpus]).ToList();
        foreach (var fd in (IEnumerable<int>)[Switches, Cpus, .. Programs.Select(p => p.Fd), .. held, .. Rings.Select(r => r.Fd)]) Confinement.SetInherited(fd, true);
        return string.Join(Between,
            BootTime.ToString(CultureInfo.InvariantCulture),
            Joined([Switches, Cpus, CpuBytes]),
            string.Join(',', Programs.Select(p => $"{p.Name}={p.Fd}")),
            Joined(held),
            string.Join(',', Rings.Select(r => $"{r.Cpu}={r.Fd}={r.Bytes}")));
    }

    /// <summary>The probe that <see cref="HandOver"/> wrote down, before the exec. Its descriptors are closed with the next one.</summary>
    /// <exception cref="KernelException">The text is not of this version.</exception>
    public static LoadedProbe TakeOver(string text)
    {
        var rings = new List<Ring>();
        try
        {
            var parts = text.Split(Between);
            if (parts.Length != 5) throw new FormatException();
            var maps = Numbers(parts[1]);
            var programs = parts[2].Split(',').Select(p => p.Split('=')).Select(p => new AttachedProgram(p[0], Number(p[1]))).ToList();
            var held = Numbers(parts[3]);
            foreach (var ring in parts[4].Split(',').Select(r => r.Split('='))) rings.Add(Ring.Open(Number(ring[0]), Number(ring[1]), Number(ring[2])));
            var probe = new LoadedProbe(ulong.Parse(parts[0], CultureInfo.InvariantCulture), maps[0], maps[1], maps[2], programs, [.. rings]) { Held = held };
            foreach (var fd in (IEnumerable<int>)[probe.Switches, probe.Cpus, .. programs.Select(p => p.Fd), .. held, .. rings.Select(r => r.Fd)]) Confinement.SetInherited(fd, false);
            return probe;
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException or KernelException)
        {
            foreach (var ring in rings) ring.Dispose();
            throw new KernelException("the probe that was loaded for this process cannot be taken over: do not set PEREGRINE_PROBE yourself", e);
        }
    }

    public void Dispose()
    {
        foreach (var ring in Rings) ring.Dispose();
        if (Loader is { } loader)
        {
            loader.Dispose();
            return;
        }
        foreach (var fd in (IEnumerable<int>)[.. Held, .. Programs.Select(p => p.Fd), Switches, Cpus]) _ = Libc.Close(fd);
    }

    private static string Joined(IEnumerable<int> numbers) => string.Join(',', numbers);

    private static List<int> Numbers(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)];

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A program on a tracepoint, by the name that dashboards know.</summary>
internal sealed record AttachedProgram(string Name, int Fd);
