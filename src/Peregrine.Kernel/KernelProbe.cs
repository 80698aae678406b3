using System.Numerics;
using Peregrine.Events;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Loading;
using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>
/// The probe in the running kernel. Load it, say which syscalls are wanted, attach it; then drain it from one thread:
/// <code>
/// using var probe = KernelProbe.Load(new());
/// probe.SetSyscalls(wanted);
/// probe.Attach();
/// while (running) if (probe.Drain(sink) == 0) probe.Wait(TimeSpan.FromSeconds(1));
/// </code>
/// Events are kept in the rings from <see cref="Attach"/> on, so what already runs can be scanned between that and the first drain.
/// </summary>
public sealed class KernelProbe : IDisposable
{
    /// <summary>Fewer records than this since the last wait are few: waking up costs more than reading them.</summary>
    private const int Few = 256;

    /// <summary>Far longer than a processor takes to show the others what it has written.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(1);

    private readonly LoadedProbe _loaded;
    private readonly Ring[] _rings;
    private readonly ProbeSwitches _switches;
    private readonly CpuStates _cpus;
    private readonly RingMerger _merger;
    private readonly RingWaiter _waiter;
    private readonly KernelProbeOptions _options;
    private readonly IReadOnlyList<int> _online;
    private int _drained;
    private bool _disposed;

    private KernelProbe(KernelProbeOptions options, LoadedProbe loaded)
    {
        (_options, _loaded, _rings, _online) = (options, loaded, loaded.Rings, options.Online ?? ProbeLoader.OnlineCpus);
        try
        {
            foreach (var ring in _rings) ring.Map(ring.Cpu < loaded.FrontCpus ? new FrontRing(loaded.Fronts, ring.Cpu) : null);
            _switches = new ProbeSwitches(loaded.Switches);
            _cpus = new CpuStates(loaded.Cpus, loaded.CpuBytes, _rings.Max(r => r.Cpu) + 1);
            _merger = new RingMerger(_rings, _online, _cpus, loaded.BootTime, options.MergeWindow);
            _waiter = new RingWaiter(_rings);
        }
        catch
        {
            _waiter?.Dispose();
            _cpus?.Dispose();
            _switches?.Dispose();
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>The time of the machine's start, in nanoseconds since the epoch, as events count it: fixed when the probe is loaded.</summary>
    public ulong BootTime => _loaded.BootTime;

    /// <summary>Now, as events count time.</summary>
    public ulong Now => BootTime + Libc.Nanoseconds(Libc.ClockBoottime);

    /// <summary>How many of the events lost up to now may have changed what is remembered (<see cref="EventClasses.ChangesState"/>). Cheap enough to be asked many times a second.</summary>
    public ulong LostChanges
    {
        get
        {
            ulong sum = 0;
            foreach (var ring in _rings) sum += _cpus.LostChanges(ring.Cpu);
            return sum;
        }
    }

    /// <summary>The counts up to now.</summary>
    public KernelStatistics Statistics
    {
        get
        {
            var cpus = new List<CpuStatistics>(_rings.Length);
            foreach (var ring in _rings)
            {
                var counts = _cpus.Snapshot(ring.Cpu, ring.RecordsRead);
                // A CPU that may come one day, and has not, is nobody's business.
                if (counts.Generated > 0 || _online.Contains(ring.Cpu)) cpus.Add(counts);
            }
            return new([.. cpus]);
        }
    }

    /// <summary>What the verifier had to do with each program; empty for a probe that was taken over.</summary>
    public IReadOnlyList<ProgramVerification> Verified
    {
        get
        {
            var programs = new List<ProgramVerification>();
            foreach (var name in _loaded.Loader?.Names ?? [])
            {
                var (instructions, walked) = _loaded.Loader!.Verified(name);
                programs.Add(new ProgramVerification(name, instructions, walked));
            }
            return programs;
        }
    }

    /// <summary>What the programs on the tracepoints have cost, as far as the kernel counts it.</summary>
    public IReadOnlyList<ProgramCost> ProgramCosts
    {
        get
        {
            var costs = new List<ProgramCost>();
            foreach (var (name, fd) in _loaded.Programs)
                if (ProgramCost.Of(name, fd) is { } cost) costs.Add(cost);
            return costs;
        }
    }

    /// <summary>Loads the probe into the kernel; nothing is recorded yet.</summary>
    /// <exception cref="KernelException">Something is missing: the message says what, and what to do.</exception>
    public static KernelProbe Load(KernelProbeOptions options) => new(options, LoadUnread(options, null));

    /// <summary>Loads it without mapping anything.</summary>
    internal static LoadedProbe LoadUnread(KernelProbeOptions options, ProbeParts? parts)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RingBytes, Environment.SystemPageSize, nameof(options));
        if (!BitOperations.IsPow2(options.RingBytes)) throw new ArgumentException($"a ring of {options.RingBytes} bytes: the size must be a power of two", nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)options.SnapLength, 65_535u, nameof(options));
        KernelFeatures.Check();
        var bootTime = Libc.Nanoseconds(Libc.ClockRealtime) - Libc.Nanoseconds(Libc.ClockBoottime);
        if (parts is not null) return ProbeLoader.Load(parts, options, bootTime);
        using var read = ProbeParts.Read();
        return ProbeLoader.Load(read, options, bootTime);
    }

    /// <summary>
    /// Goes on with a probe that another process loads and attaches for this one, which has asked for it before an exec (<see cref="ProbeLoading.HandOver"/>). Waits for it; needs no privilege. What the probe was loaded
    /// with stays: of the options, only how it is read counts.
    /// </summary>
    /// <exception cref="KernelException">It could not be loaded, or the text is of something else.</exception>
    public static KernelProbe TakeOver(string text, KernelProbeOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        return new KernelProbe(options, ProbeLoading.Take(text));
    }

    /// <summary>
    /// Says which syscalls are recorded; all others cost what the tracepoint costs. May be called again at any time. Ends of threads are
    /// recorded with <see cref="SyscallCode.SchedProcessExit"/>; success of <c>execve</c> and <c>execveat</c> with either.
    /// </summary>
    /// <param name="syscalls">Those that are recorded.</param>
    /// <param name="withData">
    /// Of them, those whose events hold what was read, written, sent or received, up to <see cref="KernelProbeOptions.SnapLength"/>; the others have an empty <c>data</c>. Null for all. To copy it costs the observed
    /// process a look into its memory.
    /// </param>
    public void SetSyscalls(ReadOnlySpan<SyscallCode> syscalls, IReadOnlySet<SyscallCode>? withData = null) => _switches.SetSyscalls(syscalls, withData);

    /// <summary>Attaches to the tracepoints: recording starts. One that was taken over is attached.</summary>
    public void Attach() => _loaded.Attach();

    /// <summary>
    /// Hands all records whose order is settled to the sink and returns their number. Bounded: under a flood it returns after some
    /// ten thousand records.
    /// </summary>
    public int Drain(IEventSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var count = _merger.Drain(sink);
        _drained += count;
        return count;
    }

    /// <summary>
    /// Waits for events: a short while when some came lately, so that they are read in batches; else asleep until the next one, or
    /// <see cref="WakeUp"/>, or the end of <paramref name="timeout"/>. False when the time went by without any.
    /// </summary>
    public bool Wait(TimeSpan timeout)
    {
        if (_drained > 0 || _merger.HoldsRecords)
        {
            var isSparse = _drained < Few && !_merger.HoldsRecords;
            _drained = 0;
            var pause = isSparse ? _options.SparseDrainInterval : _options.DrainInterval;
            if (timeout >= TimeSpan.Zero && timeout < pause) pause = timeout;
            // Only the long one needs to end when a ring fills.
            if (isSparse && pause.TotalMilliseconds >= 1) _waiter.Wait(pause);
            else RingWaiter.Pause(pause);
            return true;
        }
        _switches.SetReaderSleeps(true);
        try
        {
            if (AnyData()) return true;
            // What was on its way into a front ring when the flag was set may not have seen it: that shows within microseconds.
            if (timeout < TimeSpan.Zero || timeout > OnItsWay)
            {
                if (_waiter.Wait(OnItsWay) || AnyData()) return true;
                if (timeout > TimeSpan.Zero) timeout -= OnItsWay;
            }
            return _waiter.Wait(timeout);
        }
        finally
        {
            _switches.SetReaderSleeps(false);
        }
    }

    /// <summary>Ends a <see cref="Wait"/> on another thread.</summary>
    public void WakeUp() => _waiter.WakeUp();

    /// <summary>Detaches, unloads and frees the rings.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _waiter.Dispose();
        _loaded.Dispose();
        _cpus.Dispose();
        _switches.Dispose();
    }

    private bool AnyData()
    {
        foreach (var ring in _rings)
            if (ring.HasData) return true;
        return false;
    }
}
