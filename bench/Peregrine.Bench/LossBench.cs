using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Peregrine.Events;
using Peregrine.Kernel;

namespace Peregrine.Bench;

/// <summary>
/// What is lost when the reader cannot keep up, and what keeping the rings in order costs: the price of a recorded call at rest, then the losses by class while the reader
/// stands still for half of the time and reads, writes, opens and processes come as fast as they can.
/// </summary>
internal static partial class LossBench
{
    private const int Calls = 1_000_000;
    private const int Rounds = 5;
    private static readonly TimeSpan Overload = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(500);

    private static readonly string[] Loads =
    [
        "exec dd if=/dev/zero of=/dev/null bs=1 status=none",
        "while :; do read -r line </etc/hostname; done",
        "while :; do /bin/true; done",
    ];

    public static BenchResult Run(BenchSetup setup)
    {
        using var probe = KernelProbe.Load(new KernelProbeOptions { OwnThreadGroup = 0 });
        probe.Attach();
        var cost = CallCost(probe);
        var (statistics, readerCost) = Lose(probe);
        var text = new StringBuilder();
        foreach (var of in Enum.GetValues<EventClass>())
            if (statistics.Total.GeneratedOf(of) is > 0 and var generated)
                text.Append(CultureInfo.InvariantCulture, $"{of} generated {generated} lost {statistics.DroppedOf(of)} ({100.0 * statistics.DroppedOf(of) / generated:0.00} %)\n");
        foreach (var reason in Enum.GetValues<DropReason>())
            if (statistics.DroppedBy(reason) is > 0 and var dropped) text.Append(CultureInfo.InvariantCulture, $"{reason} {dropped}\n");
        var life = new[] { EventClass.CloneFork, EventClass.Execve, EventClass.ProcExit };
        var summary = string.Create(CultureInfo.InvariantCulture,
            $"loss: a recorded close takes {cost:0.0} ns CPU, reading a record {readerCost:0.0} ns; of {statistics.Generated} events in {Overload.TotalSeconds} s with a reader that stands still for half of the time {statistics.Dropped} were lost: {Share(statistics, life)} of the life of processes, {Share(statistics, [EventClass.Open, EventClass.Close])} of opens and closes, {Share(statistics, [EventClass.ReadWrite])} of reads and writes; {(statistics.Generated == statistics.Read + statistics.Dropped ? "all accounted for" : "NOT accounted for")}");
        return new BenchResult(summary, string.Create(CultureInfo.InvariantCulture, $"close-ns {cost:0.0}\nreader-ns-per-record {readerCost:0.0}\n") + text);
    }

    /// <summary>CPU nanoseconds of one recorded call on this thread, the best of a few rounds, while another drains.</summary>
    private static double CallCost(KernelProbe probe)
    {
        probe.SetSyscalls([SyscallCode.Close]);
        using var stop = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                if (probe.Drain(Nobody.Instance) == 0) probe.Wait(TimeSpan.FromMilliseconds(10));
        });
        reader.Start();
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = ThreadTime();
            for (var i = 0; i < Calls; i++) _ = Close(-7);
            best = Math.Min(best, (ThreadTime() - start) / (double)Calls);
        }
        stop.Cancel();
        reader.Join();
        return best;
    }

    private static (KernelStatistics Statistics, double ReaderCost) Lose(KernelProbe probe)
    {
        Settle(probe);
        var before = probe.Statistics;
        var all = new List<SyscallCode> { SyscallCode.SchedProcessExit };
        foreach (var slot in EventSchema.SyscallTableX64)
            if (slot.Exit != EventType.GenericX) all.Add(slot.Code);
        probe.SetSyscalls(CollectionsMarshal.AsSpan(all));
        var loads = Loads.Select(line => Process.Start(new ProcessStartInfo("/bin/bash", ["-c", line]) { RedirectStandardError = true })!).ToList();
        var clock = Stopwatch.StartNew();
        var start = ThreadTime();
        while (clock.Elapsed < Overload)
        {
            Thread.Sleep(Stall);
            var until = clock.Elapsed + Stall;
            while (clock.Elapsed < until)
                if (probe.Drain(Nobody.Instance) == 0) probe.Wait(TimeSpan.FromMilliseconds(1));
        }
        var spent = (double)(ThreadTime() - start);
        foreach (var load in loads)
        {
            load.Kill(entireProcessTree: true);
            load.WaitForExit();
            load.Dispose();
        }
        Settle(probe);
        var statistics = probe.Statistics.Since(before);
        return (statistics, spent / statistics.Read);
    }

    /// <summary>Stops recording and empties the rings.</summary>
    private static void Settle(KernelProbe probe)
    {
        probe.SetSyscalls([]);
        for (var quiet = 0; quiet < 10;)
        {
            quiet = probe.Drain(Nobody.Instance) == 0 ? quiet + 1 : 0;
            Thread.Sleep(2);
        }
    }

    private static string Share(KernelStatistics statistics, EventClass[] classes)
    {
        ulong generated = 0, dropped = 0;
        foreach (var of in classes) (generated, dropped) = (generated + statistics.Total.GeneratedOf(of), dropped + statistics.DroppedOf(of));
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * dropped / Math.Max(1, generated):0.00} %");
    }

    private static unsafe long ThreadTime()
    {
        var time = stackalloc long[2];
        _ = ClockGetTime(3, time);
        return time[0] * 1_000_000_000 + time[1];
    }

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int ClockGetTime(int clock, long* time);

    private sealed class Nobody : IEventSink
    {
        public static readonly Nobody Instance = new();

        public void OnEvent(ushort cpu, in EventView e)
        {
        }
    }
}
