namespace Peregrine.State;

/// <summary>
/// A state that follows another one: it begins as a copy, is given the same events, and is told in between what the other learned or forgot by itself. It asks the machine for nothing but accounts. So both say the same
/// at every event, and each can be looked at by a thread of its own.
/// </summary>
/// <remarks>
/// Belongs to one thread. Of the events, those may be left out for which the other's <see cref="StateEngine.NeedsFollowing"/> was false; before each that is applied, <see cref="Follow"/>. What the methods are given is
/// copied: several replicas may be told of the same entry, as long as it does not change.
/// </remarks>
public sealed class StateReplica : IStateJournal, IContainerDirectory
{
    private readonly ProcessHealing _healing;

    /// <summary>What was told of containers before the event that brings their first thread.</summary>
    private readonly Dictionary<byte[], ContainerEntry> _told = new(ByteTexts.Comparer);

    private StateReplica(StateEngine state) => (State, _healing) = (state, new ProcessHealing(state));

    public StateEngine State { get; }

    /// <summary>A copy of a state that has had no event yet.</summary>
    /// <param name="original">The state to follow. It may not change meanwhile.</param>
    /// <param name="host">Who is asked for accounts.</param>
    /// <exception cref="InvalidOperationException">The state has had events.</exception>
    public static StateReplica Of(StateEngine original, IHost host)
    {
        ArgumentNullException.ThrowIfNull(original);
        if (original.FirstTimestamp != 0) throw new InvalidOperationException("a replica must begin before the first event");
        var options = original.Options with { IsReplica = true, ThreadBytes = long.MaxValue, FdBytes = long.MaxValue };
        var state = new StateEngine(options, host) { BootTime = original.BootTime, SeedTime = original.SeedTime };
        state.Interfaces.CopyFrom(original.Interfaces);
        var containers = original.Containers;
        (state.Containers.Ignored, state.Containers.TakesLookAlikes) = (containers.Ignored, containers.TakesLookAlikes);
        state.Containers.Everything = containers.Everything is { } everything ? StateCopies.Of(everything) : null;
        var replica = new StateReplica(state);
        state.Containers.Directory = replica;
        foreach (var (place, user) in original.Users.Users)
            if (place is null) state.AddUser(user);
        foreach (var (place, group) in original.Users.Groups)
            if (place is null) state.AddGroup(group);
        var copies = new StateCopies();
        foreach (var thread in original.Threads.All) state.AddThread(copies.Of(thread));
        foreach (var container in containers.All)
            if (container.Version > 0) replica.ContainerLearned(container);
        return replica;
    }

    /// <summary>A copy to be handed to several replicas later.</summary>
    public static ThreadEntry Copy(ThreadEntry thread) => new StateCopies().Of(thread);

    /// <inheritdoc cref="Copy(ThreadEntry)"/>
    public static FdEntry Copy(FdEntry descriptor) => StateCopies.Of(descriptor);

    /// <inheritdoc cref="Copy(ThreadEntry)"/>
    public static ContainerEntry Copy(ContainerEntry container) => StateCopies.Of(container);

    /// <inheritdoc cref="Copy(ThreadEntry)"/>
    public static ProcessReading Copy(ProcessReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var copies = new StateCopies();
        return reading with { Threads = [.. reading.Threads.Select(copies.Of)] };
    }

    /// <summary>The next event to be applied is not the one after the last.</summary>
    /// <param name="previous">When the event before it happened, whether it was applied here or not; ns since the epoch.</param>
    public void Follow(ulong previous) => State.PreviousTimestamp = previous;

    public void ThreadRead(ThreadEntry thread) => State.AddRead(Copy(thread));

    public void DescriptorRead(long tid, long number, FdEntry descriptor) => State.Threads.Find(tid)?.Fds.Set(number, Copy(descriptor));

    public void ProcessRead(ProcessReading reading, bool isInTime) => _healing.Apply(Copy(reading), isInTime);

    public void IdTranslated(uint id) => State.TranslatedIds.Enqueue(id);

    public void ThreadForgotten(long tid)
    {
        if (State.Threads.Find(tid) is { } thread) State.Threads.Evict(thread);
    }

    public void DescriptorsForgotten(long pid)
    {
        if (State.Threads.FindGroup(pid) is { } group) Evict.Descriptors(group);
    }

    public void TextsCut(long pid)
    {
        if (State.Threads.FindGroup(pid) is { } group) Evict.CutTexts(group);
    }

    public void ContainerLearned(ContainerEntry container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var entry = State.Containers.Everything is { } everything && everything.FullId.AsSpan().SequenceEqual(container.FullId) ? everything : State.Containers.Find(container.FullId);
        if (entry is null) _told[container.FullId] = container;
        else entry.Learn(container.Details, container.Lookup, container.Reason);
    }

    void IContainerDirectory.Ask(ContainerEntry container, ThreadEntry witness, StateEngine state)
    {
        if (_told.Remove(container.FullId, out var told)) container.Learn(told.Details, told.Lookup, told.Reason);
    }

    void IContainerDirectory.Forget(ContainerEntry container)
    {
        // The other one's directory is told by that.
    }
}
