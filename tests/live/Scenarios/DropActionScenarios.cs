using System.Diagnostics;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>What <c>syscall_event_drops</c> has the sensor do, with drops that are simulated.</summary>
[Collection(LiveCollection.Name)]
public sealed class DropActionScenarios(LiveSensor shared)
{
    private const string Rule = "Marked";
    private const string Internal = "Falco internal: syscall event drop";

    private static readonly string[] Fields =
    [
        "ebpf_enabled", "n_drops", "n_drops_buffer_clone_fork_exit", "n_drops_buffer_close_exit", "n_drops_buffer_connect_exit", "n_drops_buffer_dir_file_exit", "n_drops_buffer_execve_exit",
        "n_drops_buffer_open_exit", "n_drops_buffer_other_interest_exit", "n_drops_buffer_proc_exit", "n_drops_buffer_total", "n_drops_bug", "n_drops_page_faults", "n_drops_scratch_map", "n_evts",
    ];

    [Fact]
    public void AnAlertTellsOfDropsWithAllFiguresAndTheRunGoesOn()
    {
        using var sensor = Start(out var folder, "actions: [log, alert], rate: 100, max_burst: 100");
        using (folder)
        {
            var alert = sensor.Expect(Internal, _ => true);
            Assert.Equal("Debug", alert.Priority);
            Assert.StartsWith($"{Internal}. ", alert.Output, StringComparison.Ordinal);
            Assert.EndsWith(" system calls dropped in last second.", alert.Output, StringComparison.Ordinal);
            Assert.All(Fields, field => Assert.Matches("^[0-9]+$", alert[field]));
            Assert.Equal("1", alert["ebpf_enabled"]);
            Assert.NotEqual("0", alert["n_drops"]);
            Await(sensor, $"{Internal}. ");
            Assert.Equal(0, sensor.Stop());
            Assert.Matches(@"event drop detected: [1-9]\d* occurrences\s+- num times actions taken: [1-9]", sensor.Logged);
        }
    }

    [Fact]
    public void ActionsComeNoMoreOftenThanTheirRateAllows()
    {
        using var sensor = Start(out var folder, "actions: [alert], rate: 0.00001, max_burst: 1");
        using (folder)
        {
            sensor.Expect(Internal, _ => true);
            Await(sensor, "Syscall event drop but token bucket depleted, skipping actions");
            Assert.Equal(0, sensor.Stop());
            Assert.Single(sensor.Alerts(a => a.Rule == Internal));
            Assert.Contains("num times actions taken: 1\n", sensor.Logged, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DropsThatAreIgnoredAreCountedAlone()
    {
        using var sensor = Start(out var folder, "actions: [ignore], rate: 100, max_burst: 100");
        using (folder)
        {
            Await(sensor, "Simulating syscall event drop");
            Thread.Sleep(1500);
            Assert.Equal(0, sensor.Stop());
            Assert.Empty(sensor.Alerts(a => a.Rule == Internal));
            Assert.DoesNotContain($"{Internal}. ", sensor.Logged, StringComparison.Ordinal);
            Assert.Matches(@"event drop detected: [1-9]\d* occurrences", sensor.Logged);
        }
    }

    [Fact]
    public void DropsEndTheSensorWhenThatIsWanted()
    {
        using var sensor = Start(out var folder, "actions: [alert, exit], rate: 100, max_burst: 100");
        using (folder)
        {
            var code = sensor.WaitForExit(TimeSpan.FromSeconds(30));
            Assert.Equal(1, code);
            Assert.NotEmpty(sensor.Alerts(a => a.Rule == Internal));
            Assert.Contains("Exiting.", sensor.Logged, StringComparison.Ordinal);
            Assert.Contains("Error: Drop manager internal error", sensor.Logged, StringComparison.Ordinal);
        }
    }

    private SensorProcess Start(out LiveFolder folder, string drops)
    {
        folder = new LiveFolder("drops");
        var marked = folder.Write("marked", "");
        var rules = folder.Write("rules.yaml", $"""
            - rule: {Rule}
              desc: The test's file was opened.
              condition: evt.type in (open, openat, openat2) and fd.name = {marked}
              output: opened %fd.name
              priority: NOTICE

            """);
        var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules) + $"syscall_event_drops: {{simulate_drops: true, threshold: 0, {drops}}}\nlog_level: debug\n"));
        // Events keep the sensor's clock going; a sensor that ends at once may not have told of the file any more.
        try
        {
            sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", marked), alert => alert.Rule is Rule or Internal);
        }
        catch (InvalidOperationException) when (sensor.HasExited && drops.Contains("exit", StringComparison.Ordinal))
        {
        }
        return sensor;
    }

    private void Await(SensorProcess sensor, string line)
    {
        var clock = Stopwatch.StartNew();
        while (!sensor.Logged.Contains(line, StringComparison.Ordinal))
        {
            if (sensor.HasExited || clock.Elapsed > TimeSpan.FromSeconds(20)) Assert.Fail($"\"{line}\" did not come:\n{sensor.Logged}");
            shared.Deeds.Do("nothing");
            Thread.Sleep(50);
        }
    }
}
