using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Containers;

/// <summary>
/// Containers of all engines started and stopped, many at a time. <c>PEREGRINE_CONTAINERS</c> says how many: 24 by default, 300 for the whole proof.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class ManyContainers(EngineFixture engines, ITestOutputHelper output)
{
    private const string Threads = "peregrine_state_entries{table=\"threads\"}";
    private const string Known = "peregrine_state_entries{table=\"containers\"}";
    private const string Resident = "falcosecurity_falco_memory_rss_bytes";
    private const string Heap = "peregrine_gc_heap_bytes";
    private const int AtOnce = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("PEREGRINE_CONTAINERS"), CultureInfo.InvariantCulture, out var count) ? count : 24;

    [Fact]
    public void EveryShellIsToldWithItsContainerAndNothingStays()
    {
        var before = (Threads: engines.Metrics[Threads], Containers: engines.Metrics[Known], Resident: engines.Metrics[Resident], Heap: engines.Metrics[Heap]);
        var clock = Stopwatch.StartNew();
        var made = new ConcurrentBag<MadeContainer>();
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
        {
            var engine = engines.All[i % engines.All.Count];
            var name = EngineFixture.NewName();
            // Every other one is gone before anybody could look at it.
            var wish = new ContainerWish(name, "sh", "-c", i % 2 == 0 ? ":" : "sleep 0.5", name) { Privileged = engine.MakesPrivileged && i / engines.All.Count % 3 == 0 };
            var container = new MadeContainer(engine, wish, engine.Run(wish));
            made.Add(container);
            engines.Sensor.Expect(EngineFixture.Started, a => IsShellOf(a, container));
            engine.Remove(container.Id);
        });
        var time = clock.Elapsed;
        foreach (var container in made)
        {
            var alerts = engines.Sensor.Alerts(a => a.Rule == EngineFixture.Started && IsShellOf(a, container));
            MetadataScenarios.CheckIdentity(Assert.Single(alerts), container);
            Assert.Equal(container.Wish.Privileged ? 1 : 0, engines.Sensor.Alerts(a => a.Rule == EngineFixture.Privileged && IsShellOf(a, container)).Count);
            if (ReferenceEquals(container.Engine, engines.Cri)) Assert.Equal(CriEngine.PodOf(container.Wish), alerts[0]["k8s.pod.name"]);
        }
        Assert.Equal(Count, made.Count);
        var highest = engines.Metrics[Known];
        // A container is remembered for a minute after its last process.
        Await(() => engines.Metrics[Known] <= before.Containers, () => $"{engines.Metrics[Known]} containers are still known; there were {before.Containers}");
        // The engines keep threads that they have started; nobody else may be left over.
        Await(() => engines.Metrics[Threads] <= ThreadsOfTheMachine() + 64, () => $"{engines.Metrics[Threads]} threads are known, the machine has {ThreadsOfTheMachine()}");
        output.WriteLine($"{Count} containers, {made.Count(m => m.Wish.Privileged)} of them privileged, {AtOnce} at a time: {time.TotalSeconds:0} s");
        output.WriteLine($"containers known: {before.Containers} before, {highest} at the end of it, {engines.Metrics[Known]} after");
        output.WriteLine($"threads known: {before.Threads} before, {engines.Metrics[Threads]} after; the machine has {ThreadsOfTheMachine()}");
        output.WriteLine($"resident memory: {before.Resident / 1e6:0.0} MB before, {engines.Metrics[Resident] / 1e6:0.0} MB after; managed heap: {before.Heap / 1e6:0.0} MB, {engines.Metrics[Heap] / 1e6:0.0} MB");
    }

    private static bool IsShellOf(Alert alert, MadeContainer container) => alert["proc.name"] == "sh" && LiveSensor.Speaks(alert, container.Wish.Name);

    private static void Await(Func<bool> condition, Func<string> otherwise)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); Thread.Sleep(500))
            Assert.True(clock.Elapsed < Patience, clock.Elapsed < Patience ? "" : otherwise());
    }

    private static long ThreadsOfTheMachine() => Directory.GetDirectories("/proc").Sum(process =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(process)[0]) ? Directory.GetDirectories(process + "/task").Length : 0L;
        }
        catch (IOException)
        {
            // Gone meanwhile.
            return 0;
        }
    });
}
