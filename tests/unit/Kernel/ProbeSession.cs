using System.Diagnostics;
using Peregrine.Events;
using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>What a system call returned, and the event that it made.</summary>
internal sealed record Seen(long Result, RecordedEvent Event);

/// <summary>A loaded and attached probe that records this process too; events are copied out by predicate.</summary>
internal sealed class ProbeSession : IDisposable
{
    private readonly KernelProbe _probe;
    private readonly Collector _collector = new();

    private ProbeSession(KernelProbe probe) => _probe = probe;

    public KernelProbe Probe => _probe;

    /// <summary>What keeps the probe from being loaded here; empty when nothing does.</summary>
    public static string Missing() =>
        !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "loading the probe needs root"
        : !File.Exists("/sys/kernel/btf/vmlinux") ? "this kernel has no BTF"
        : "";

    public static ProbeSession Start(ReadOnlySpan<SyscallCode> syscalls, KernelProbeOptions? options = null)
    {
        var missing = Missing();
        Assert.SkipUnless(missing.Length == 0, missing);
        var probe = KernelProbe.Load(options ?? new KernelProbeOptions { OwnThreadGroup = 0, RingBytes = 4 * 1024 * 1024 });
        probe.SetSyscalls(syscalls);
        probe.Attach();
        return new ProbeSession(probe);
    }

    /// <summary>Of which calls the events hold what was read or written; null for all.</summary>
    public IReadOnlySet<SyscallCode>? WithData { get; set; }

    /// <summary>Makes one system call on this thread and returns its event: the one that the syscall table names.</summary>
    public Seen Call(SyscallCode code, params ReadOnlySpan<nint> arguments)
    {
        var slot = EventSchema.SyscallTableX64.ToArray().First(row => row.Code == code);
        long result = 0;
        var copy = arguments.ToArray();
        var found = Record([code], () => result = NativeCalls.Invoke(code, copy), FromThisThread(slot.Exit));
        Assert.True(found.Count > 0, $"{code}: no event came (the call returned {result})");
        return new(result, found[0]);
    }

    /// <summary>Runs the action with these syscalls on and returns the matching events, until enough have come or fifteen seconds are over.</summary>
    public List<RecordedEvent> Record(ReadOnlySpan<SyscallCode> syscalls, Action action, Func<RecordedEvent, bool> wanted, int count = 1) =>
        Record(syscalls, action, wanted, () => _collector.Events.Count >= count);

    public List<RecordedEvent> Record(ReadOnlySpan<SyscallCode> syscalls, Action action, Func<RecordedEvent, bool> wanted, Func<bool> enough)
    {
        _collector.Wanted = wanted;
        _collector.Events.Clear();
        _probe.SetSyscalls(syscalls, WithData);
        action();
        var clock = Stopwatch.StartNew();
        while (!enough() && clock.ElapsedMilliseconds < 15_000)
            if (_probe.Drain(_collector) == 0) _probe.Wait(TimeSpan.FromMilliseconds(20));
        _probe.SetSyscalls([]);
        return [.. _collector.Events];
    }

    public static Func<RecordedEvent, bool> FromThisThread(EventType type)
    {
        var tid = NativeCalls.ThreadId();
        return e => e.Type == type && e.ThreadId == tid;
    }

    /// <summary>Drains until nothing comes for a while. What a processor that was held up has counted and not written yet is awaited too.</summary>
    public void DrainAll(IEventSink? sink = null)
    {
        var clock = Stopwatch.StartNew();
        for (var quiet = 0; quiet < 5 || (!AllCame() && clock.ElapsedMilliseconds < 5000);)
        {
            quiet = _probe.Drain(sink ?? _collector) == 0 ? quiet + 1 : 0;
            Thread.Sleep(2);
        }
    }

    private bool AllCame()
    {
        var seen = _probe.Statistics;
        return seen.Generated == seen.Read + seen.Dropped;
    }

    public void Dispose() => _probe.Dispose();

    private sealed class Collector : IEventSink
    {
        public List<RecordedEvent> Events { get; } = [];

        public Func<RecordedEvent, bool> Wanted { get; set; } = static _ => false;

        public void OnEvent(ushort cpu, in EventView e)
        {
            var copy = new RecordedEvent(cpu, e.Record.ToArray());
            if (Wanted(copy)) Events.Add(copy);
        }
    }
}
