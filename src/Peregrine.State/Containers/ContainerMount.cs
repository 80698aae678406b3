namespace Peregrine.State;

/// <summary>One mount of a container, as its engine describes it.</summary>
/// <param name="Source">The path on the host, or what the file system calls its source.</param>
/// <param name="Destination">The path in the container.</param>
/// <param name="Mode">The engine's word for how it is mounted; often empty.</param>
/// <param name="Writable">Whether the container may write to it.</param>
/// <param name="Propagation">Which later mounts pass through it.</param>
public readonly record struct ContainerMount(byte[] Source, byte[] Destination, byte[] Mode, bool Writable, byte[] Propagation);
