using System.Diagnostics;
using Peregrine.Kernel;
using Peregrine.Kernel.Memory;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Partitions;
using Peregrine.Sensor.Recording;

namespace Peregrine.Sensor.Live;

/// <summary>
/// Watches this machine: 1 the probe is loaded and attached, so that its rings fill; 2 what runs already is read into the state, while rules are loaded; 3 what the rules need is recorded too, and the rings are
/// drained from their beginning, so that there is no gap between 2 and the first event; 4 until the end, drain, match, sleep while nothing happens.
/// </summary>
internal static class LiveRun
{
    /// <summary>The longest sleep: how late the end and the once-a-second work may be noticed on a silent machine.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(500);

    /// <summary>After this, what the start alone needed is given back.</summary>
    private static readonly TimeSpan Started = TimeSpan.FromSeconds(5);

    /// <summary>After this, what comes once soon after a start is over too, such as first alerts and answers of name servers: what is touched from then on is what a running sensor needs.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(20);

    /// <summary>How long the rings are still emptied after the end was asked for.</summary>
    private static readonly TimeSpan LastDrain = TimeSpan.FromSeconds(1);

    /// <summary>How long the rings must stay empty to count as emptied: a syscall that was under way may still write its record.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(5);

    public static RunResult Run(Session session, RunStop stop, LiveStart start)
    {
        var wanted = session.Current.Syscalls;
        using var machine = start.Take();
        machine.Probe.SetSyscalls([.. wanted], session.Current.WithData);
        LeastPrivilege.Report(session.Console, session.Log);
        var status = $"Watching {wanted.Count} system calls on {machine.Facts.OnlineCpus} CPUs with {session.Rules.EnabledCount} rules";
        session.Log.Info($"{status}; {machine.State.Threads.Count} threads run already");
        session.Service.Ready(status);
        // Texts and trees of rules, and what the scan read: an event that matches nothing allocates nothing, so without this they would stay for hours.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Watch(session, stop, machine);
    }

    private static RunResult Watch(Session session, RunStop stop, LiveMachine machine)
    {
        var probe = machine.Probe;
        var gaveUp = false;
        var monitor = DropActing.Watch(session, () => probe.Statistics, () => gaveUp = true);
        var healing = new Healing(probe, machine.State, machine.Scan, session.Log, session.Console.Clock);
        using var partitions = PartitionedMatching.For(session, machine.State, probe.WakeUp);
        using var worker = new EventWorker(session, machine.State, monitor, state => MachineTables.Of(machine.Facts, state), machine.Containers, partitions: partitions)
        {
            Record = (syscalls, withData) => probe.SetSyscalls([.. syscalls], withData),
            Heal = healing.Request,
            Probe = probe,
            Scan = ScanCounts.Of(machine.State),
        };
        var silence = new SilenceMonitor(session);
        using (stop.Token.Register(probe.WakeUp))
        using (session.Errands.Attach(worker, probe.WakeUp))
        {
            var nextLook = Environment.TickCount64 + 1_000;
            using var started = new Timer(static _ => ProgramPages.GiveBack(), null, Started, Timeout.InfiniteTimeSpan);
            using var settled = new Timer(static _ => ProgramPages.GiveBack(), null, Settled, Timeout.InfiniteTimeSpan);
            while (!stop.IsRequested && !gaveUp)
            {
                var now = probe.Now;
                var idle = probe.Drain(worker) == 0;
                healing.Step(idle ? now - Healing.Settled : 0);
                worker.Flush();
                if (idle) probe.Wait(worker.Held.Sleep(healing.HasWork ? Healing.ShortSleep : LongestSleep));
                session.Errands.Run();
                worker.LookAtHeld();
                if (!idle) silence.OnEvents();
                if (Environment.TickCount64 < nextLook) continue;
                nextLook = Environment.TickCount64 + 1_000;
                session.Outputs.ReportStuck();
                silence.Look(worker.LastTime);
                worker.Look((ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100);
            }
        }
        // Nothing new is recorded from here on, so that in the end what was generated was either read or dropped, to the last event.
        probe.SetSyscalls([]);
        var start = Stopwatch.GetTimestamp();
        while (!gaveUp && Stopwatch.GetElapsedTime(start) < LastDrain)
            if (probe.Drain(worker) == 0 && !probe.Wait(Settling)) break;
        worker.Settle();
        // Alerts that wait for what their container is have their time still.
        for (; !gaveUp && worker.Held.Waiting > 0; probe.Wait(Settling)) worker.LookAtHeld();
        return new RunResult(worker.Events, monitor) { Kernel = probe.Statistics, Failure = gaveUp ? DropActing.GaveUp : null };
    }
}
