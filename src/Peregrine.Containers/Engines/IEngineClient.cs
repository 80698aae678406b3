using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>Which source wins where several tell of one container: the later in this list.</summary>
internal enum SourceRank : byte
{
    /// <summary>Files that an engine or runtime left.</summary>
    Disk,
    /// <summary>The engine below another one: containerd under a CRI or Docker.</summary>
    Lower,
    /// <summary>The engine whose container it is.</summary>
    Owner,
}

/// <summary>What an engine reports of its own accord.</summary>
internal enum EngineEventKind : byte
{
    Created,
    Started,
    Removed,
}

internal readonly record struct EngineEvent(EngineEventKind Kind, string Id);

/// <summary>What is asked for: the id, and where the question's trace says that it is.</summary>
/// <param name="Id">The whole id.</param>
/// <param name="Namespace">containerd's namespace when a process told it; else null.</param>
internal readonly record struct EngineRequest(string Id, string? Namespace);

/// <summary>Speaks one engine's language over one socket. Used by several tasks at once; all time limits are the caller's.</summary>
internal interface IEngineClient : IDisposable
{
    SourceRank Rank { get; }

    /// <summary>Finds out whether somebody is there who speaks this language.</summary>
    Task ConnectAsync(CancellationToken cancel);

    /// <summary>What the engine says of a container; null when it does not know it.</summary>
    Task<ContainerDetails?> InspectAsync(EngineRequest request, CancellationToken cancel);

    /// <summary>Reports events until the engine ends the stream. Returns at once when it has none.</summary>
    /// <returns>False when the engine has no events to give.</returns>
    Task<bool> FollowAsync(Action<EngineEvent> report, CancellationToken cancel);
}
