using System.Runtime.CompilerServices;

namespace Peregrine.State;

/// <summary>
/// Keeps the tables within their bytes. What is added is noted at a guess; when that could have used up the budget, the tables are measured, and if they are too large indeed, made smaller. The
/// order in which things go: environments, long arguments, processes silent for longest (they are read again when they have an event); of descriptors, the tables of the processes
/// silent for longest.
/// </summary>
/// <remarks>Belongs to the worker. A measurement visits every thread: a millisecond for ten thousand.</remarks>
public sealed class StateBudget
{
    /// <summary>A table that is too large is brought down to this part of its budget, so that the next measurement is some time off.</summary>
    private const double Target = 0.75;

    private readonly StateEngine _state;
    private readonly long _mostThreadBytes;
    private readonly long _mostFdBytes;
    private long _threadBudget;
    private long _fdBudget;
    private long _threadBytes;
    private long _fdBytes;
    private long _threadsNoted;
    private long _fdsNoted;

    internal StateBudget(StateEngine state, StateOptions options)
    {
        (_state, _mostThreadBytes, _mostFdBytes) = (state, options.ThreadBytes, options.FdBytes);
        Scale(1);
    }

    /// <summary>Bytes of threads and processes: as measured, and what was added since at a guess.</summary>
    public long ThreadBytes => _threadBytes + _threadsNoted;

    /// <summary>Bytes of descriptors, likewise.</summary>
    public long FdBytes => _fdBytes + _fdsNoted;

    /// <summary>Measurements made.</summary>
    public ulong Measurements { get; private set; }

    /// <summary>Processes whose environment or arguments were cut to save memory.</summary>
    public ulong TextsCut { get; internal set; }

    /// <summary>Threads forgotten to save memory.</summary>
    public ulong ThreadsEvicted { get; internal set; }

    /// <summary>Descriptors forgotten to save memory.</summary>
    public ulong FdsEvicted { get; internal set; }

    /// <summary>Goes on with this part of what may be remembered, from 0 to 1. What is too much then goes before the next event.</summary>
    public void Scale(double part) => (_threadBudget, _fdBudget) = ((long)(_mostThreadBytes * part), (long)(_mostFdBytes * part));

    /// <summary>Whether more was added than may be without looking.</summary>
    internal bool IsDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ThreadBytes > _threadBudget || FdBytes > _fdBudget;
    }

    internal void NoteThread() => _threadsNoted += StateMeasure.ThreadBytes;

    internal void NoteTexts(long bytes) => _threadsNoted += bytes;

    internal void NoteFds(long count) => _fdsNoted += count * StateMeasure.SlotBytes;

    internal void NoteFd(FdEntry entry) => _fdsNoted += StateMeasure.SlotBytes + StateMeasure.Of(entry);

    /// <summary>Measures, and evicts what is too much.</summary>
    internal void Settle()
    {
        var measure = Measure();
        if (_threadBytes > _threadBudget) Evict.Threads(_state, measure, _threadBytes - (long)(_threadBudget * Target));
        if (_fdBytes > _fdBudget) Evict.Descriptors(_state, measure, _fdBytes - (long)(_fdBudget * Target));
        if (_threadBytes > _threadBudget || _fdBytes > _fdBudget) Measure();
    }

    private StateMeasure Measure()
    {
        var measure = StateMeasure.Take(_state.Threads);
        (_threadBytes, _fdBytes, _threadsNoted, _fdsNoted) = (measure.Threads, measure.Fds, 0, 0);
        Measurements++;
        return measure;
    }
}
