using System.Diagnostics;
using Peregrine.Events;
using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>A loaded and attached probe that records this process too; events are copied out by predicate.</summary>
internal sealed class ProbeSession : IDisposable
{
    private readonly KernelProbe _probe;
    private readonly Collector _collector = new();

    private ProbeSession(KernelProbe probe) => _probe = probe;

    public KernelProbe Probe => _probe;

    /// <summary>Skips the test where the probe cannot be loaded at all.</summary>
    public static ProbeSession Start(IEnumerable<SyscallCode> syscalls, KernelProbeOptions? options = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "loading the probe needs root");
        Assert.SkipUnless(File.Exists("/sys/kernel/btf/vmlinux"), "this kernel has no BTF");
        var probe = KernelProbe.Load(options ?? new KernelProbeOptions { OwnThreadGroup = 0, RingBytes = 4 * 1024 * 1024 });
        probe.SetSyscalls(syscalls.ToArray());
        probe.Attach();
        return new ProbeSession(probe);
    }

    /// <summary>Runs the action and returns the matching events, until `count` have come or two seconds are over.</summary>
    public List<RecordedEvent> Record(Action action, Func<RecordedEvent, bool> wanted, int count = 1)
    {
        _collector.Wanted = wanted;
        _collector.Events.Clear();
        action();
        var clock = Stopwatch.StartNew();
        while (_collector.Events.Count < count && clock.ElapsedMilliseconds < 2000)
            if (_probe.Drain(_collector) == 0) _probe.Wait(TimeSpan.FromMilliseconds(20));
        return [.. _collector.Events];
    }

    /// <summary>Runs the action on this thread and returns the first event of that type that this thread caused.</summary>
    public RecordedEvent One(EventType type, Action action)
    {
        var tid = NativeCalls.ThreadId();
        var found = Record(action, e => e.Type == type && e.ThreadId == tid);
        Assert.True(found.Count > 0, $"no {type} event came");
        return found[0];
    }

    /// <summary>Drains until nothing comes for a while.</summary>
    public void DrainAll(IEventSink? sink = null)
    {
        for (var quiet = 0; quiet < 5;)
        {
            quiet = _probe.Drain(sink ?? _collector) == 0 ? quiet + 1 : 0;
            Thread.Sleep(2);
        }
    }

    public void Dispose() => _probe.Dispose();

    private sealed class Collector : IEventSink
    {
        public List<RecordedEvent> Events { get; } = [];

        public Func<RecordedEvent, bool> Wanted { get; set; } = static _ => false;

        public void OnEvent(ushort cpu, EventView e)
        {
            var copy = new RecordedEvent(cpu, e.Record.ToArray());
            if (Wanted(copy)) Events.Add(copy);
        }
    }
}
