using System.Runtime.CompilerServices;

namespace Peregrine.State;

/// <summary>
/// Stands for everything that the facts about a process depend on: while two stamps of a thread are equal, every field of scope process, lineage or container has the same value. Changes of the thread
/// and of the main thread of its process, of the container and what is known of it, and of any process that has descendants make another stamp.
/// </summary>
/// <param name="Own">Versions of the thread and of the main thread.</param>
/// <param name="Others">Versions of the ancestors of all processes, and of the container.</param>
/// <param name="Leader">The main thread; an exec by another thread can replace it.</param>
public readonly record struct ProcessStamp(ulong Own, ulong Others, ThreadEntry? Leader)
{
    /// <summary>Written out, since it is asked about nearly every event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(ProcessStamp other) => Own == other.Own && Others == other.Others && ReferenceEquals(Leader, other.Leader);

    public override int GetHashCode() => HashCode.Combine(Own, Others);
}
