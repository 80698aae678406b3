namespace Peregrine.State;

/// <summary>A process as the machine showed it.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Time">When the reading began, as events count time: what events tell from then on is newer.</param>
/// <param name="Threads">Its threads, the main one first, all in one group; empty when the process is gone.</param>
/// <param name="HasAllThreads">Whether all of its threads were read.</param>
/// <param name="HasAllFds">Whether all of its descriptors were read.</param>
public sealed record ProcessReading(long Pid, ulong Time, IReadOnlyList<ThreadEntry> Threads, bool HasAllThreads, bool HasAllFds)
{
    /// <summary>The process does not run any more.</summary>
    public static ProcessReading Gone(long pid, ulong time) => new(pid, time, [], true, true);
}

/// <summary>The processes that run at a time.</summary>
public sealed record ProcessList(ulong Time, IReadOnlyList<long> Pids);

/// <summary>Reads all processes of the machine one after the other, aside from the events. Implemented over procfs by Peregrine.Kernel.</summary>
public interface IProcessScan
{
    /// <summary>Lists what runs and begins to read it. Not while a scan is under way.</summary>
    ProcessList Begin();

    /// <summary>Takes the next reading; false when there is none yet, or none any more.</summary>
    bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProcessReading? reading);

    /// <summary>Whether all of the last list has been read and taken.</summary>
    bool IsDone { get; }
}
