namespace Peregrine.State;

/// <summary>Finds out in the background what containers are. The state only asks, and is told later through <see cref="ContainerEntry.Learn"/>.</summary>
public interface IContainerDirectory
{
    /// <summary>A thread has been seen in a container that had not been seen before. Called between events: must not wait, lock or throw.</summary>
    /// <param name="container">The container.</param>
    /// <param name="witness">The thread.</param>
    /// <param name="state">The world, to look at the thread's ancestors.</param>
    void Ask(ContainerEntry container, ThreadEntry witness, StateEngine state);

    /// <summary>The last thread of the container has been gone for a while. Under the same conditions.</summary>
    void Forget(ContainerEntry container);
}
