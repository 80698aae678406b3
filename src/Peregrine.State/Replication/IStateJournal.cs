namespace Peregrine.State;

/// <summary>
/// Told of every change of the state that its events do not make by themselves, so that another engine that is given the same events can follow: see <see cref="StateReplica"/>. Called on the thread that owns the
/// state, before the change is made; what is handed over goes on belonging to the state and must be copied.
/// </summary>
public interface IStateJournal
{
    /// <summary>A thread that was read from the machine is about to be added.</summary>
    void ThreadRead(ThreadEntry thread);

    /// <summary>A descriptor that was read from the machine is about to be added to those of a thread.</summary>
    void DescriptorRead(long tid, long number, FdEntry descriptor);

    /// <summary>A process that was read from the machine after losses is about to be put in.</summary>
    void ProcessRead(ProcessReading reading, bool isInTime);

    /// <summary>The machine gave the host's id for one that a thread named by another.</summary>
    void IdTranslated(uint id);

    /// <summary>A thread is about to be forgotten: it was silent for long, its process had ended unseen, or its memory was needed.</summary>
    void ThreadForgotten(long tid);

    /// <summary>The descriptors of a process are about to be forgotten, because their memory was needed.</summary>
    void DescriptorsForgotten(long pid);

    /// <summary>The environment and the long arguments of a process are about to be cut, because their memory was needed.</summary>
    void TextsCut(long pid);

    /// <summary>Something was found out about a container, or was asked. Called after the change.</summary>
    void ContainerLearned(ContainerEntry container);
}
