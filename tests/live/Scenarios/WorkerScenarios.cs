using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Two workers on a machine at work tell what one tells: of processes of both, of children of the other's, of what they inherit, in containers, before and after a reload.</summary>
[Collection(LiveCollection.Name)]
public sealed class WorkerScenarios(LiveSensor shared, EngineOf<RuncEngine> runc) : IClassFixture<EngineOf<RuncEngine>>
{
    private const string Opened = "Workers, file opened";
    private const string Again = "Workers, file opened after the reload";
    private const string Started = "Workers, program started";
    private const int Processes = 150;

    private static readonly string[] Fields = [.. LiveSensor.Fields, "proc.nthreads", "fd.num", "proc.sname", "proc.env[MARK]"];

    [Fact]
    public void EveryProcessIsToldOfAsByOneWorker()
    {
        using var folder = new LiveFolder();
        var configuration = LiveSensor.Configuration(Fields, [folder.Write("rules.yaml", Rules(folder.Path, Opened))]);
        using var one = Watch(folder, configuration, workers: 1);
        using var two = Watch(folder, configuration, workers: 2);
        var script = $"""
            cd {folder.Path}
            exec 7> {folder.Path}/inherited
            for i in $(seq {Processes}); do
                (cd /tmp; MARK=$i; export MARK; exec 8< {folder.Path}/ready; {shared.Deeds.Path} in-fork open {folder.Path}/ready; exec {shared.Deeds.Path} open {folder.Path}/file-$i) &
                (( i % 15 )) || wait
            done
            wait
            """;
        Command.Run("/bin/bash", "-c", script).Succeeded();
        var last = folder.Write("last", "");
        shared.Deeds.Do("open", last).Succeeded();
        foreach (var sensor in new[] { one, two }) sensor.Expect(Opened, a => a["fd.name"] == last && a["proc.name"] == "deeds");
        Assert.Equal((0, 0), (one.Stop(), two.Stop()));
        Assert.Contains("2 workers ask the rules", two.Logged, StringComparison.Ordinal);
        var expected = Told(one, folder);
        Assert.InRange(expected.Count, Processes * 2, int.MaxValue);
        Assert.Equal(expected, Told(two, folder));
        // In the order of the events, whichever worker made them.
        var times = two.Alerts(static _ => true).Select(static a => a.Time).ToList();
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void AReloadReachesBothAndTheStateStays()
    {
        using var folder = new LiveFolder();
        var page = new MetricsPage();
        var rules = folder.Write("rules.yaml", Rules(folder.Path, Opened));
        using var sensor = Watch(folder, LiveSensor.Configuration(Fields, [rules]) + page.Configuration, workers: 2);
        // Each waits at work, in a place of its own, for the word to open a file.
        var waiting = Enumerable.Range(0, 16).Select(i =>
        {
            var place = Directory.CreateDirectory(Path.Combine(folder.Path, $"place-{i}")).FullName;
            return Command.Start(null, "/bin/bash", "-c", $"cd {place}; until [ -e {folder.Path}/go ]; do sleep 0.05; done; : < {folder.Path}/ready; exec {shared.Deeds.Path} open {folder.Path}/file-{i}");
        }).ToList();
        var ids = waiting.Select(static p => $"{p.Id}").ToHashSet();
        try
        {
            File.WriteAllText(rules, Rules(folder.Path, Again));
            LogLines.Await(sensor, "Reloaded:", 1);
            File.WriteAllText(Path.Combine(folder.Path, "go"), "");
            for (var i = 0; i < waiting.Count; i++)
            {
                var place = Path.Combine(folder.Path, $"place-{i}");
                var alert = sensor.Expect(Again, a => a["fd.name"] == Path.Combine(folder.Path, "ready") && a["proc.pid"] == $"{waiting[i].Id}");
                Assert.Equal(("bash", place), (alert["proc.name"], alert["proc.cwd"]!.TrimEnd('/')));
            }
            foreach (var worker in new[] { 0, 1 })
            {
                Assert.InRange(page[$"peregrine_worker_events_total{{worker=\"{worker}\"}}"], 1, double.MaxValue);
                Assert.InRange(page[$"peregrine_worker_alerts_total{{worker=\"{worker}\"}}"], 1, double.MaxValue);
            }
        }
        finally
        {
            foreach (var process in waiting)
            {
                if (!process.HasExited) process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
        }
        Assert.Equal(0, sensor.Stop());
        Assert.Empty(sensor.Alerts(a => a.Rule == Opened && ids.Contains(a["proc.pid"]!)));
    }

    [Fact]
    public void WhatHappensInAContainerIsToldWithIt()
    {
        using var folder = new LiveFolder();
        using var sensor = Watch(folder, LiveSensor.Configuration(Fields, [folder.Write("rules.yaml", Rules(folder.Path, Opened))]), workers: 2);
        var engine = runc.Get(shared);
        var id = engine.Start(terminal: false, "sleep", "300");
        try
        {
            for (var i = 0; i < 8; i++)
            {
                var word = $"{LiveSensor.Tag}-inside-{i}";
                engine.Exec(id, RootFileSystem.AppUser, "deeds", "nothing", word).Succeeded();
                var alert = sensor.Expect(Started, a => a["container.id"] == id && a["proc.cmdline"] == $"deeds nothing {word}");
                Assert.Equal(("appuser", "deeds"), (alert["user.name"], alert["proc.name"]));
            }
        }
        finally
        {
            engine.Remove(id);
        }
        Assert.Equal(0, sensor.Stop());
    }

    private SensorProcess Watch(LiveFolder folder, string configuration, int workers)
    {
        var sensor = SensorProcess.Start("-c", folder.Write($"{workers}.yaml", configuration), "-o", $"engine.workers={workers}");
        var ready = folder.Write("ready", "");
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", ready), alert => alert["fd.name"] == ready);
        return sensor;
    }

    /// <summary>By process, what was told of it, in order. Two probes see an event at two times, so it says no time.</summary>
    private static SortedDictionary<string, string> Told(SensorProcess sensor, LiveFolder folder)
    {
        var mine = sensor.Alerts(a => a["proc.env[MARK]"] is { Length: > 0 } && (a["fd.name"]?.StartsWith(folder.Path, StringComparison.Ordinal) ?? a.Rule == Started));
        return new(mine.GroupBy(static a => a["proc.pid"]!).ToDictionary(static g => g.Key, static g => string.Join('\n', g.Select(Described))), StringComparer.Ordinal);

        static string Described(Alert alert) => alert.Rule + " " + string.Join(' ', Fields.Select(f => $"{f}={alert[f]}"));
    }

    private static string Rules(string folder, string name) => $"""
        - rule: {name}
          desc: d
          condition: evt.type in (open, openat, openat2, creat) and fd.num >= 0 and fd.name startswith {folder}/
          output: opened %fd.name
          priority: DEBUG
        - rule: {Started}
          desc: d
          condition: evt.type in (execve, execveat) and evt.rawres = 0 and (proc.cmdline contains {LiveSensor.Tag} or proc.cmdline contains {folder})
          output: started %proc.cmdline
          priority: DEBUG

        """;
}
