namespace Peregrine.State;

/// <summary>How far the question stands what a container is; why its fields have no value.</summary>
public enum ContainerLookup : byte
{
    /// <summary>There is nobody to ask: a capture is replayed, or the engine is one that tells nothing.</summary>
    NotAsked,
    /// <summary>An answer is on its way.</summary>
    Waiting,
    /// <summary>An engine, or all that it keeps on disk, has answered.</summary>
    Answered,
    /// <summary>No engine that could know it is there.</summary>
    NoEngine,
    /// <summary>The engines that are there do not know it.</summary>
    NotFound,
    /// <summary>An engine did not answer, or not with sense.</summary>
    Failed,
}
