namespace Peregrine.State;

/// <summary>
/// Told of what the state learns beside the events: from <c>/proc</c>, from the account files, from container engines. Who records events needs it, for without it a replay would know less. Called on the
/// worker's thread, while an event is applied or matched or between two; must not change the state.
/// </summary>
public interface IStateListener
{
    /// <summary>A thread that no event had told of was read from the machine, with the descriptors of its process.</summary>
    void ThreadFound(ThreadEntry thread)
    {
    }

    /// <summary>A descriptor, likewise.</summary>
    void DescriptorFound(ThreadEntry thread, long number, FdEntry descriptor)
    {
    }

    /// <summary>After losses: the main thread is another than events had told.</summary>
    void ThreadCorrected(ThreadEntry thread)
    {
    }

    /// <summary>After losses: a thread has ended, and no event had told.</summary>
    void ThreadGone(ThreadEntry thread)
    {
    }

    /// <summary>After losses: a descriptor has been closed, and no event had told.</summary>
    void DescriptorGone(ThreadEntry thread, long number)
    {
    }

    /// <summary>An account was looked up; null when there is none of that id. Told again when the answer is another one.</summary>
    /// <param name="uid">The id asked for.</param>
    /// <param name="user">The answer.</param>
    /// <param name="place">The container whose accounts were asked; null for the host's.</param>
    void UserFound(uint uid, UserEntry? user, ContainerEntry? place)
    {
    }

    /// <summary>A group, likewise.</summary>
    void GroupFound(uint gid, GroupEntry? group, ContainerEntry? place)
    {
    }

    /// <summary>Something is known of a container, or is asked for, that was not before.</summary>
    void ContainerChanged(ContainerEntry container)
    {
    }
}
