using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Peregrine.Capture;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>
/// Processes, threads, files, sockets and short containers as fast as they come: memory stays flat, and in the end the sensor knows what <c>/proc</c> knows, no thread and no descriptor more or less.
/// <c>PEREGRINE_CHURN_SECONDS</c> says for how long; what was measured then goes to <c>artifacts/churn.txt</c>.
/// </summary>
[Collection(LiveCollection.Name)]
public sealed partial class ChurnScenarios(LiveSensor shared, EngineOf<RuncEngine> engine, ITestOutputHelper output) : IClassFixture<EngineOf<RuncEngine>>
{
    private const int Workers = 2;

    /// <summary>The parent of the kernel's own threads.</summary>
    private const long KernelThreads = 2;

    /// <summary>After losses the state is healed; while they recur, no more often than once a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly StringBuilder _figures = new();

    private static int Seconds => int.TryParse(Environment.GetEnvironmentVariable("PEREGRINE_CHURN_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 20;

    [Fact]
    public async Task AStormLeavesNothingBehind()
    {
        using var folder = new LiveFolder("churn");
        var marked = folder.Write("snapshot-0", "");
        var rules = folder.Write("rules.yaml", StateSnapshot.Rule(folder));
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(Repository.Rules, rules) + StateSnapshot.Configuration(folder)));
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", marked), alert => alert.Rule == "Snapshot");
        var storms = Directory.CreateDirectory(Path.Combine(folder.Path, "storm")).FullName;
        using var storm = shared.Deeds.Start("storm", storms, $"{Seconds}", $"{Workers}");
        var workers = new List<long>();
        var memory = new List<long>();
        var containers = 0;
        try
        {
            var quiet = Task.Run(() => Listen(storm, workers), TestContext.Current.CancellationToken);
            for (var clock = Stopwatch.StartNew(); !quiet.IsCompleted;)
            {
                Assert.False(sensor.HasExited, "the sensor ended under load:\n" + sensor.Logged);
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(Seconds + 120), "the storm does not end");
                memory.Add(ResidentKilobytes(sensor.Id));
                var runc = engine.Get(shared);
                runc.Remove(runc.Start(terminal: false, "sleep", "0.1"));
                containers++;
                await Task.Delay(1000, TestContext.Current.CancellationToken);
            }
            var children = await quiet;
            Assert.Equal(Workers, workers.Count);
            Tell($"{Seconds} s: {children} children of {Workers} workers, {containers} containers; resident memory {memory[0]} kB at first, {memory[memory.Count / 3]} after a third, {memory[memory.Count * 2 / 3]} after two thirds, {memory[^1]} in the end, {memory.Max()} at most");
            KnowsWhatProcKnows(sensor, folder, workers);
        }
        finally
        {
            storm.StandardInput.Close();
            if (!storm.WaitForExit(TimeSpan.FromSeconds(20))) storm.Kill(entireProcessTree: true);
        }
        Assert.Equal(0, sensor.Stop());
        var match = Accounts().Match(sensor.Logged);
        Assert.True(match.Success, sensor.Logged);
        Tell(match.Value);
        Assert.Equal(Number(match.Groups[1]), Number(match.Groups[2]) + Number(match.Groups[3]));
        // The first third fills tables and pools; what comes after must stay.
        Assert.InRange(memory[(memory.Count * 2 / 3)..].Max(), 1, memory[..(memory.Count * 2 / 3)].Max() + 24 * 1024);
        if (Environment.GetEnvironmentVariable("PEREGRINE_CHURN_SECONDS") is null) return;
        Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts"));
        await File.WriteAllTextAsync(Path.Combine(Repository.Root, "artifacts", "churn.txt"), _figures.ToString() + string.Join(' ', memory) + "\n", TestContext.Current.CancellationToken);
    }

    /// <summary>Compares again and again: what was lost at the very end is healed within a minute.</summary>
    private void KnowsWhatProcKnows(SensorProcess sensor, LiveFolder folder, List<long> workers)
    {
        var snapshots = new StateSnapshot(sensor, folder);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var differences = Compare(snapshots, sensor.Id, workers);
            if (differences.Count == 0) break;
            if (clock.Elapsed > Patience) Assert.Fail($"the sensor and /proc differ {clock.Elapsed.TotalSeconds:0} s after the storm:\n{string.Join('\n', differences.Take(40))}\n{sensor.Logged}");
            Thread.Sleep(2000);
        }
        Tell($"the state agreed with /proc {clock.Elapsed.TotalSeconds:0.0} s after the storm");
    }

    /// <summary>Two tables, and what was on the machine before, between and after: a thread that was there all the time must be in both, one that is in both must have been there in between.</summary>
    private List<string> Compare(StateSnapshot snapshots, long sensor, List<long> workers)
    {
        var before = LiveThreads.List();
        var first = snapshots.Take();
        Thread.Sleep(500);
        var between = LiveThreads.List();
        var second = snapshots.Take();
        var after = LiveThreads.List();
        var differences = new List<string>();
        var lasting = 0;
        foreach (var (tid, thread) in before)
        {
            if (thread.Pid == sensor || !thread.MustBeKnown || !after.TryGetValue(tid, out var then) || then != thread) continue;
            lasting++;
            if (!first.ContainsKey(tid) || !second.ContainsKey(tid)) differences.Add($"thread {tid} of {thread.Pid} ({LiveThreads.NameOf(tid)}) is not known");
        }
        foreach (var (tid, thread) in first)
            if (thread.ParentTid != KernelThreads && second.ContainsKey(tid) && !between.ContainsKey(tid)) differences.Add($"thread {tid} of {thread.Pid} ({Encoding.UTF8.GetString(thread.Comm)}) has ended and is known still");
        var descriptors = 0;
        foreach (var worker in workers)
        {
            var real = LiveThreads.Descriptors(worker);
            descriptors += real.Count;
            if (!second.TryGetValue(worker, out var known))
            {
                differences.Add($"the worker {worker} is not known");
                continue;
            }
            var told = known.Fds.Select(f => f.Fd).ToHashSet();
            differences.AddRange(real.Except(told).Select(fd => $"descriptor {fd} of worker {worker} is not known"));
            differences.AddRange(told.Except(real).Select(fd => $"descriptor {fd} of worker {worker} is closed and known still"));
            foreach (var fd in known.Fds.Where(f => f.Type is FdRecordType.File or FdRecordType.FileV2 && real.Contains(f.Fd)))
            {
                var (name, link) = (Encoding.UTF8.GetString(fd.Name), new FileInfo($"/proc/{worker}/fd/{fd.Fd}").LinkTarget);
                if (name != link) differences.Add($"descriptor {fd.Fd} of worker {worker} is {link}, not {name}");
            }
        }
        if (differences.Count == 0) Tell($"{lasting} threads and {descriptors} descriptors of workers compared; {second.Count} threads known");
        return differences;
    }

    /// <summary>The number of children, when all workers have stopped to make them.</summary>
    private static long Listen(Process storm, List<long> workers)
    {
        long children = 0;
        while (storm.StandardOutput.ReadLine() is { } line && line != "quiet")
        {
            var words = line.Split(' ');
            workers.Add(long.Parse(words[1], CultureInfo.InvariantCulture));
            children += long.Parse(words[3], CultureInfo.InvariantCulture);
        }
        return children;
    }

    private void Tell(string line)
    {
        output.WriteLine(line);
        _figures.Append(line).Append('\n');
    }

    private static long ResidentKilobytes(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Events generated: (\d+); read: (\d+); dropped: (\d+)[^\n]*")]
    private static partial Regex Accounts();
}
