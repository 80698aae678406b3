using Peregrine.State;

namespace Peregrine.Sensor.Partitions;

/// <summary>Puts what the state learns by itself into the stream that the workers' replicas take, as copies that nobody changes.</summary>
internal sealed class StateFeed(Action<Action<StateReplica>> add) : IStateJournal
{
    public void ThreadRead(ThreadEntry thread)
    {
        var copy = StateReplica.Copy(thread);
        add(replica => replica.ThreadRead(copy));
    }

    public void DescriptorRead(long tid, long number, FdEntry descriptor)
    {
        var copy = StateReplica.Copy(descriptor);
        add(replica => replica.DescriptorRead(tid, number, copy));
    }

    public void ProcessRead(ProcessReading reading, bool isInTime)
    {
        var copy = StateReplica.Copy(reading);
        add(replica => replica.ProcessRead(copy, isInTime));
    }

    public void IdTranslated(uint id) => add(replica => replica.IdTranslated(id));

    public void ThreadForgotten(long tid) => add(replica => replica.ThreadForgotten(tid));

    public void DescriptorsForgotten(long pid) => add(replica => replica.DescriptorsForgotten(pid));

    public void TextsCut(long pid) => add(replica => replica.TextsCut(pid));

    public void ContainerLearned(ContainerEntry container)
    {
        var copy = StateReplica.Copy(container);
        add(replica => replica.ContainerLearned(copy));
    }
}
