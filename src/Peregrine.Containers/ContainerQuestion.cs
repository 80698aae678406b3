using Peregrine.State;

namespace Peregrine.Containers;

/// <summary>A process as it was when the question was asked: what it was started with tells where its container lies.</summary>
internal readonly record struct ProcessTrace(long Pid, byte[] Exe, byte[] Args, byte[] Cwd);

/// <summary>What the worker wants to know, or not any more.</summary>
/// <param name="Container">The worker's entry; only the parts of it that never change are read here.</param>
/// <param name="Ancestors">Processes above the container's first one, the nearest first, those of the container itself left out. Null: the container is to be forgotten.</param>
internal sealed record ContainerQuestion(ContainerEntry Container, ProcessTrace[]? Ancestors);

/// <summary>What was found out, for the worker to take over.</summary>
internal readonly record struct ContainerAnswer(ContainerEntry Container, ContainerDetails? Details, ContainerLookup Lookup, byte[]? Reason);
