using Peregrine.Containers.Engines;
using Peregrine.State;

namespace Peregrine.Containers;

/// <summary>What is known here of one container, and who wants to know it. Belongs to the directory's thread.</summary>
internal sealed class ContainerRecord(string id)
{
    private readonly ContainerDetails?[] _byRank = new ContainerDetails?[Enum.GetValues<SourceRank>().Length];

    public string Id => id;

    /// <summary>The worker's entry; null while no process of the container was seen.</summary>
    public ContainerEntry? Entry { get; set; }

    /// <summary>The bundle's namespace, for containerd.</summary>
    public string? Namespace { get; set; }

    /// <summary>Questions on their way.</summary>
    public int Open { get; set; }

    /// <summary>Whether the engine whose container it is has answered.</summary>
    public bool IsAnswered => _byRank[(int)SourceRank.Owner] is not null;

    public bool IsKnown => Details is not null;

    /// <summary>How often the engines were asked.</summary>
    public int Attempts { get; set; }

    /// <summary>When they are asked again, in milliseconds of the system's counter; 0 when not.</summary>
    public long NextAttempt { get; set; }

    /// <summary>When its engine removed it, or nobody was left to want it; 0 before.</summary>
    public long LeftAt { get; set; }

    /// <summary>The engines' refusals in the attempt at hand.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Whether any engine that could know it was there in the attempt at hand.</summary>
    public bool AnyEngine { get; set; }

    /// <summary>All that the sources say, the better ones before the others.</summary>
    public ContainerDetails? Details { get; private set; }

    public void Learn(SourceRank rank, ContainerDetails details)
    {
        _byRank[(int)rank] = details;
        Details = null;
        foreach (var source in _byRank)
            if (source is not null) Details = Details is { } before ? before.With(source) : source;
    }

    public bool Has(SourceRank rank) => _byRank[(int)rank] is not null;
}
