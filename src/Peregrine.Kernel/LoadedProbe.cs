using System.Globalization;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>The probe in the kernel, as descriptors: of its maps, of the programs on tracepoints, and of the rings. Owned by who gets it.</summary>
/// <param name="BootTime">Of the machine, in nanoseconds since the epoch, as the probe was told.</param>
/// <param name="Switches">The map of switches.</param>
/// <param name="Cpus">The map of each CPU's state.</param>
/// <param name="CpuBytes">The size of one CPU's state in it.</param>
/// <param name="Fronts">The map of front rings.</param>
/// <param name="FrontCpus">How many CPUs, from the first one on, have one.</param>
/// <param name="Programs">Those on tracepoints, by the names that dashboards know.</param>
/// <param name="Rings">One for each CPU that there may be.</param>
internal sealed record LoadedProbe(ulong BootTime, int Switches, int Cpus, int CpuBytes, int Fronts, int FrontCpus, IReadOnlyList<AttachedProgram> Programs, Ring[] Rings) : IDisposable
{
    internal const string Unreadable = "the probe that was loaded for this process cannot be taken over: do not set PEREGRINE_PROBE yourself";

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

    /// <summary>Writes down which is which of the descriptors that another process needs to go on with the probe: by their places in the list. They stay this one's.</summary>
    public (string Text, IReadOnlyList<int> Descriptors) HandOver()
    {
        var descriptors = new List<int>();
        var held = Loader!.Held.Except([Switches, Cpus, Fronts]).ToList();
        var text = string.Join(Between,
            BootTime.ToString(CultureInfo.InvariantCulture),
            Joined([Place(Switches), Place(Cpus), CpuBytes, Place(Fronts), FrontCpus]),
            string.Join(',', Programs.Select(p => $"{p.Name}={Place(p.Fd)}")),
            Joined(held.Select(Place)),
            string.Join(',', Rings.Select(r => $"{r.Cpu}={Place(r.Fd)}={r.Bytes}")));
        return (text, descriptors);

        int Place(int fd)
        {
            descriptors.Add(fd);
            return descriptors.Count - 1;
        }
    }

    /// <summary>The probe that <see cref="HandOver"/> wrote down in another process.</summary>
    /// <param name="text">What it wrote.</param>
    /// <param name="descriptors">In its order; belong to the probe, or are closed.</param>
    /// <exception cref="KernelException">The text is not of this version.</exception>
    public static LoadedProbe TakeOver(string text, IReadOnlyList<int> descriptors)
    {
        try
        {
            var parts = text.Split(Between);
            if (parts.Length != 5) throw new FormatException();
            var maps = Numbers(parts[1]);
            var programs = parts[2].Split(',').Select(p => p.Split('=')).Select(p => new AttachedProgram(p[0], descriptors[Number(p[1])])).ToList();
            var held = Numbers(parts[3]).ConvertAll(place => descriptors[place]);
            var rings = parts[4].Split(',').Select(r => r.Split('=')).Select(r => Ring.Open(Number(r[0]), descriptors[Number(r[1])], Number(r[2]))).ToArray();
            return new LoadedProbe(ulong.Parse(parts[0], CultureInfo.InvariantCulture), descriptors[maps[0]], descriptors[maps[1]], maps[2], descriptors[maps[3]], maps[4], programs, rings) { Held = held };
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            foreach (var fd in descriptors) _ = Libc.Close(fd);
            throw new KernelException(Unreadable, e);
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
        foreach (var fd in (IEnumerable<int>)[.. Held, .. Programs.Select(p => p.Fd), Switches, Cpus, Fronts]) _ = Libc.Close(fd);
    }

    private static string Joined(IEnumerable<int> numbers) => string.Join(',', numbers);

    private static List<int> Numbers(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)];

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A program on a tracepoint, by the name that dashboards know.</summary>
internal sealed record AttachedProgram(string Name, int Fd);
