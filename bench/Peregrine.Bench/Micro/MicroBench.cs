using System.Globalization;
using System.Text;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Bench;

/// <summary>The parts of an event's way by themselves: reading a record, finding its thread and descriptor, and each operator in a condition of one rule. Best of a few rounds, since what disturbs only adds.</summary>
internal static class MicroBench
{
    private const int Rounds = 9;
    private const int Calls = 300_000;
    private const int ThreadCount = 5_000;
    private const int DescriptorCount = 1_000;

    /// <summary>None matches the event, each decides alone: another term that fails would be asked before it and spare it.</summary>
    private static readonly (string Name, string Term)[] Operators =
    [
        ("fd.name = one text", "fd.name = /usr/lib/x86_64-linux-gnu/libcrypto.so.4"),
        ("fd.name in 100 texts", $"fd.name in ({Many(100, "/usr/lib/x86_64-linux-gnu/lib{0}.so.3")})"),
        ("fd.name in 10,000 texts", $"fd.name in ({Many(10_000, "/usr/lib/x86_64-linux-gnu/lib{0}.so.3")})"),
        ("fd.name startswith", "fd.name startswith /usr/lib/x86_64-linux-gnu/libssl"),
        ("100 × fd.name startswith", string.Join(" or ", Enumerable.Range(0, 100).Select(static i => $"fd.name startswith /usr/lib/x86_64-linux-gnu/lib{i}"))),
        ("fd.name pmatch 100 paths", $"fd.name pmatch ({Many(100, "/usr/lib/x86_64-linux-gnu/{0}")})"),
        ("fd.name endswith", "fd.name endswith .so.4"),
        ("fd.name contains", "fd.name contains ssl"),
        ("50 × fd.name contains", string.Join(" or ", Enumerable.Range(0, 50).Select(static i => $"fd.name contains word{i}"))),
        ("fd.name icontains", "fd.name icontains SSL"),
        ("fd.name glob", "fd.name glob */lib*ssl.so.?"),
        ("fd.name regex", "fd.name regex '/usr/(lib|libexec)/.*ssl[.]so[.][0-9]+'"),
        ("proc.name in 100 texts, remembered", $"proc.name in ({Many(100, "name{0}")})"),
        ("proc.aname in 10 texts, remembered", $"proc.aname in ({Many(10, "name{0}")})"),
        ("fd.num < number", "fd.num < 0"),
    ];

    public static BenchResult Run(BenchSetup setup)
    {
        _ = setup;
        var figures = new List<Figure>();
        var text = new StringBuilder();
        var world = new OneEvent(ThreadCount, DescriptorCount);
        Add("read a record: check, and take its first parameter", () => ReadRecords(world.Record, Calls));
        Add($"find one of {ThreadCount} threads", () => FindThreads(world.State.Threads, Calls));
        Add($"find one of {DescriptorCount} descriptors", () => FindDescriptors(world.Descriptors, Calls));
        foreach (var (name, term) in Operators)
        {
            var match = world.Matcher($"evt.type = openat and ({term})");
            Add(name, () => match(Calls));
        }
        return new BenchResult("micro, one call of each" + text, text.ToString().TrimStart('\n') + "\n", figures);

        void Add(string name, Action calls)
        {
            var (nanoseconds, bytes) = Measure(calls);
            figures.Add(new(name, nanoseconds, "ns"));
            text.Append(CultureInfo.InvariantCulture, $"\n{name}: {nanoseconds:0.0} ns, {bytes} bytes allocated in all {Calls} calls");
        }
    }

    private static (double Nanoseconds, long Bytes) Measure(Action calls)
    {
        // Compiled, and compiled again when it has run for a while.
        for (var i = 0; i < 3; i++) calls();
        Thread.Sleep(50);
        var best = double.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            calls();
            best = Math.Min(best, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls);
        }
        return (best, (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds);
    }

    private static void ReadRecords(byte[] record, int calls)
    {
        var sum = 0;
        for (var i = 0; i < calls; i++)
        {
            if (!EventView.TryRead(record, out var view)) throw new BenchException("the record is no record");
            sum += view.Param(0).Length;
        }
        Keep(sum);
    }

    private static void FindThreads(ThreadTable threads, int calls)
    {
        var found = 0;
        for (var i = 0; i < calls; i++)
            if (threads.Find(OneEvent.FirstThread + (uint)i * 2_654_435_761 % ThreadCount) is not null) found++;
        if (found != calls) throw new BenchException("a thread is not in the table");
    }

    private static void FindDescriptors(FdTable descriptors, int calls)
    {
        var found = 0;
        for (var i = 0; i < calls; i++)
            if (descriptors.Find((uint)i * 2_654_435_761 % DescriptorCount) is not null) found++;
        if (found != calls) throw new BenchException("a descriptor is not in the table");
    }

    private static void Keep(int value)
    {
        if (value < 0) throw new BenchException("lengths add up to less than nothing");
    }

    private static string Many(int count, string pattern) => string.Join(", ", Enumerable.Range(0, count).Select(i => string.Format(CultureInfo.InvariantCulture, pattern, i)));
}
