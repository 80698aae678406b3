namespace Peregrine.Kernel;

/// <summary>
/// The probe's programs and maps in the kernel. To verify the programs takes most of a start, and the kernel verifies as many at a time as it is asked to; libbpf asks for one after the other. So the programs
/// are divided among a few copies of the object file, each loaded by a thread of its own, over one set of maps.
/// </summary>
internal sealed class ProbePrograms : IDisposable
{
    /// <summary>Each copy takes in the kernel's types anew, which costs as much as verifying a sixth of the programs.</summary>
    private const int MostCopies = 4;

    private readonly ProbeParts _parts;
    private readonly BpfObject?[] _copies;
    private readonly Dictionary<string, BpfObject> _holders = new(StringComparer.Ordinal);
    private ProbeMaps? _maps;

    /// <param name="parts">Needed until <see cref="Load"/> has ended; stay the caller's.</param>
    /// <param name="processors">How many threads can run at a time.</param>
    internal ProbePrograms(ProbeParts parts, int processors)
    {
        _parts = parts;
        _copies = new BpfObject?[Math.Clamp(processors, 1, MostCopies)];
        First = _copies[0] = new BpfObject(parts.Elf, parts.Types);
    }

    /// <summary>Where the maps are set up before <see cref="Load"/>.</summary>
    internal BpfObject First { get; }

    internal IEnumerable<string> Names => _holders.Keys;

    internal ProbeMaps Maps => _maps ?? throw new InvalidOperationException("The probe is not loaded.");

    /// <summary>Descriptors that must stay open for the probe to stay attached and whole: of all maps and links.</summary>
    internal IReadOnlyList<int> Held => [.. Maps.Fds, .. _copies.SelectMany(static c => c!.Links)];

    /// <summary>Makes the maps and has all programs verified.</summary>
    /// <param name="ring">One of the rings, as a pattern for the map of rings.</param>
    /// <exception cref="KernelException">The kernel refuses a map or a program.</exception>
    internal void Load(int ring)
    {
        _maps = new ProbeMaps(First.Maps, ring);
        var shares = Divide([.. First.Programs], _copies.Length);
        var loads = new Task[_copies.Length];
        for (var i = 0; i < loads.Length; i++)
        {
            var copy = i;
            loads[i] = Task.Run(() => (_copies[copy] ??= new BpfObject(_parts.Elf, _parts.Types)).Load(shares[copy], _maps));
        }
        Task.WhenAll(loads).GetAwaiter().GetResult();
        for (var i = 0; i < loads.Length; i++)
            foreach (var name in shares[i]) _holders.Add(name, _copies[i]!);
    }

    /// <summary>The descriptor of a loaded program, or -1 when the probe has none of that name.</summary>
    internal int Fd(string name) => _holders.TryGetValue(name, out var holder) ? holder.ProgramFd(name) : -1;

    /// <summary>See <see cref="BpfObject.Verified"/>.</summary>
    internal (int Instructions, int Walked) Verified(string name) => _holders[name].Verified(name);

    internal void Attach(string name) => _holders[name].Attach(name);

    public void Dispose()
    {
        foreach (var copy in _copies) copy?.Dispose();
        _maps?.Dispose();
    }

    /// <summary>Shares of about the same work: the largest program goes to the smallest share, and so on. The number of instructions is what is known of the work before; programs that differ little stand side by side and are parted.</summary>
    /// <param name="programs">Sorted in place.</param>
    /// <param name="shares">How many.</param>
    internal static IReadOnlyList<IReadOnlySet<string>> Divide(ProgramSize[] programs, int shares)
    {
        Array.Sort(programs, static (a, b) => a.Instructions != b.Instructions ? b.Instructions.CompareTo(a.Instructions) : string.CompareOrdinal(a.Name, b.Name));
        var divided = new HashSet<string>[shares];
        for (var share = 0; share < shares; share++) divided[share] = new HashSet<string>(StringComparer.Ordinal);
        var work = new long[shares];
        foreach (var program in programs)
        {
            var least = 0;
            for (var share = 1; share < shares; share++)
                if (work[share] < work[least]) least = share;
            divided[least].Add(program.Name);
            work[least] += program.Instructions;
        }
        return divided;
    }
}

/// <summary>One program of the object file, and how many instructions it has before it is loaded.</summary>
internal sealed record ProgramSize(string Name, int Instructions);
