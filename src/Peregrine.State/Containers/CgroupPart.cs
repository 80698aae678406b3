namespace Peregrine.State;

/// <summary>One part of a control group's path, with what stands before and after it.</summary>
internal readonly ref struct CgroupPart
{
    /// <summary>The path up to and without this part, no final slash.</summary>
    public required ReadOnlySpan<byte> Before { get; init; }

    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>The next part below; empty at the end.</summary>
    public required ReadOnlySpan<byte> Below { get; init; }

    /// <summary>Whether the thread runs in a pid namespace of its own.</summary>
    public bool InPidNamespace { get; init; }

    /// <summary>The part right above.</summary>
    public ReadOnlySpan<byte> Above => Before[(Before.LastIndexOf((byte)'/') + 1)..];
}

/// <summary>A container found in a path.</summary>
internal ref struct CgroupMatch
{
    public ContainerEngine Engine;

    public ReadOnlySpan<byte> Id;

    public ReadOnlySpan<byte> PodUid;
}
