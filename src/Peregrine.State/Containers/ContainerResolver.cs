namespace Peregrine.State;

/// <summary>
/// Tells from its control groups which container a thread is in. Decides by what an engine really owns: its marks in a path (<c>docker</c>, <c>libpod-</c>, <c>kubepods</c>…) with an id
/// of the form it gives out. A path that only looks like a container's (two parts, a hash) counts when all hierarchies agree on it and the thread has a pid namespace of its own, not before.
/// </summary>
public sealed class ContainerResolver
{
    /// <summary>Answers for the control groups asked about last; a power of two.</summary>
    private const int Remembered = 256;

    /// <summary>More containers than this at one time do not fit on a machine; then the table starts anew.</summary>
    private const int Limit = 65_536;

    /// <summary>Most bytes of what captures tell of containers.</summary>
    private const long MostTold = 32 << 20;

    private readonly Dictionary<byte[], ContainerEntry> _byFullId = new(ByteTexts.Comparer);
    private readonly Dictionary<byte[], ContainerEntry>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly (byte[]? Cgroups, bool InPidNamespace, ContainerEntry? Container)[] _remembered = new (byte[]?, bool, ContainerEntry?)[Remembered];

    private readonly List<ContainerEntry> _leaving = [];
    private long _toldBytes;

    /// <summary>Descriptions that came before the first thread of their container.</summary>
    private readonly Dictionary<byte[], ContainerDescription> _told = new(ByteTexts.Comparer);

    public ContainerResolver() => _lookup = _byFullId.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Engines that are switched off: what is theirs counts as the host's.</summary>
    public IReadOnlySet<ContainerEngine> Ignored { get; set; } = new HashSet<ContainerEngine>();

    /// <summary>Whether a path that only looks like one of containerd's is taken for one, as the reference does. For replays, which are held against its alerts.</summary>
    public bool TakesLookAlikes { get; set; }

    /// <summary>Who finds out what the containers are; null when nobody can be asked.</summary>
    public IContainerDirectory? Directory { get; set; }

    /// <summary>The one container that everything here is in, where somebody has said so; null where containers are told apart.</summary>
    public ContainerEntry? Everything { get; set; }

    /// <summary>The containers seen.</summary>
    public IReadOnlyCollection<ContainerEntry> All => _byFullId.Values;

    /// <summary>A container by its whole id or by the shortened one that <c>container.id</c> prints.</summary>
    public ContainerEntry? Find(ReadOnlySpan<byte> id)
    {
        if (_lookup.TryGetValue(id, out var entry)) return entry;
        foreach (var candidate in _byFullId.Values)
            if (id.SequenceEqual(candidate.Id)) return candidate;
        return null;
    }

    /// <summary>Takes over what a capture says of a container. Returns its entry; null when no thread of it was seen yet: then it is kept until one is.</summary>
    public ContainerEntry? Tell(ContainerDescription told)
    {
        if (Find(told.FullId) is { } entry)
        {
            Learn(entry, told);
            return entry;
        }
        if (_told.Remove(told.FullId, out var before)) _toldBytes -= before.Size;
        if (_toldBytes + told.Size > MostTold) return null;
        _told[told.FullId] = told;
        _toldBytes += told.Size;
        return null;
    }

    private void Learn(ContainerEntry entry, ContainerDescription told)
    {
        _toldBytes += told.Size - entry.ToldBytes;
        entry.ToldBytes = told.Size;
        // Above the limit it is known that there is more to know, not what.
        entry.Learn(_toldBytes > MostTold ? null : told.Details, told.Lookup, told.Reason);
    }

    /// <summary>The container that these control groups are of; null on the host.</summary>
    /// <param name="cgroups"><c>subsystem=path</c>, separated by NUL.</param>
    /// <param name="inPidNamespace">Whether the thread's ids inside its pid namespace differ from the host's.</param>
    public ContainerEntry? Resolve(byte[] cgroups, bool inPidNamespace)
    {
        if (Everything is not null) return Everything;
        if (cgroups.Length == 0) return null;
        ref var slot = ref _remembered[System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(cgroups) & (Remembered - 1)];
        if (ReferenceEquals(slot.Cgroups, cgroups) && slot.InPidNamespace == inPidNamespace) return slot.Container;
        var isContainer = CgroupReader.TryFind(cgroups, inPidNamespace, out var match) || (TakesLookAlikes && LookAlikeCgroup.TryFind(cgroups, out match));
        var found = isContainer && !Ignored.Contains(match.Engine) ? Entry(in match) : null;
        slot = (cgroups, inPidNamespace, found);
        return found;
    }

    /// <summary>Forgets the containers that have had no thread since <paramref name="before"/>, ns since the epoch.</summary>
    internal void Purge(ulong now, ulong before)
    {
        foreach (var container in _byFullId.Values)
        {
            if (container.Threads > 0) container.EmptySince = 0;
            else if (container.EmptySince == 0) container.EmptySince = now;
            else if (container.EmptySince < before) _leaving.Add(container);
        }
        if (_leaving.Count == 0) return;
        foreach (var container in _leaving)
        {
            _byFullId.Remove(container.FullId);
            _toldBytes -= container.ToldBytes;
            Directory?.Forget(container);
        }
        _leaving.Clear();
        Array.Clear(_remembered);
    }

    private ContainerEntry Entry(in CgroupMatch match)
    {
        if (_lookup.TryGetValue(match.Id, out var known) && known.Engine == match.Engine) return known;
        if (_byFullId.Count >= Limit)
        {
            foreach (var container in _byFullId.Values) _toldBytes -= container.ToldBytes;
            _byFullId.Clear();
            Array.Clear(_remembered);
        }
        var full = match.Id.ToArray();
        var entry = new ContainerEntry
        {
            Engine = match.Engine,
            FullId = full,
            Id = ContainerIds.IsHash(full) ? full[..ContainerIds.ShortLength] : full,
            PodUid = match.PodUid.IsEmpty ? [] : ContainerIds.PodUid(match.PodUid),
        };
        _byFullId[full] = entry;
        if (_told.Count > 0 && (_told.Remove(full, out var told) || _told.Remove(entry.Id, out told)))
        {
            _toldBytes -= told.Size;
            Learn(entry, told);
        }
        return entry;
    }
}
