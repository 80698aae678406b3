using System.Text.Json;
using Peregrine.Kernel;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>When drops are acted on, and what the alert about them tells.</summary>
public sealed class DropMonitorTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void Drops_are_acted_on_once_a_second_at_the_configured_rate()
    {
        ulong events = 0, dropped = 0;
        var acted = new List<ulong>();
        var monitor = new DropMonitor(new DropOptions(DropActions.Log, 0.1, 0.5, 2, Simulate: false), () => Counts(events, dropped), (_, time, _, _) => acted.Add(time / Second));
        for (ulong second = 1; second <= 8; second++)
        {
            monitor.OnEvent(second * Second + second);
            (events, dropped) = (events + 100, dropped + 50);
        }
        Assert.Equal(7, monitor.Occurrences);
        Assert.Equal([2, 3, 4, 6, 8], acted);
    }

    [Fact]
    public void Few_drops_stay_below_the_threshold()
    {
        ulong events = 0, dropped = 0;
        var monitor = new DropMonitor(new DropOptions(DropActions.Log, 0.1, 1, 10, Simulate: false), () => Counts(events, dropped), (_, _, _, _) => Assert.Fail("below the threshold"));
        monitor.OnEvent(Second);
        (events, dropped) = (100, 10);
        monitor.OnEvent(3 * Second);
        Assert.Equal((0, 0), (monitor.Occurrences, monitor.ActionsTaken));
    }

    [Fact]
    public void Drops_before_the_first_event_count_in_the_first_second()
    {
        ulong dropped = 0;
        var told = new List<ulong>();
        var monitor = new DropMonitor(new DropOptions(DropActions.Log, 0.1, 1, 10, Simulate: false), () => Counts(dropped, dropped), (_, _, count, _) => told.Add(count));
        dropped = 7;
        monitor.OnEvent(Second);
        monitor.OnEvent(2 * Second + 1);
        Assert.Equal([7ul], told);
    }

    [Fact]
    public void Simulated_drops_come_each_second_whatever_the_threshold()
    {
        var told = new List<ulong>();
        var said = new List<string>();
        var monitor = new DropMonitor(new DropOptions(DropActions.None, 1, 0, 2, Simulate: true), () => Counts(1000, 0), (_, _, count, _) => told.Add(count), (_, text) => said.Add(text));
        for (ulong second = 1; second <= 4; second++) monitor.OnEvent(second * Second + second);
        Assert.Equal([1ul, 1ul], told);
        Assert.Equal((3, 2), (monitor.Occurrences, monitor.ActionsTaken));
        Assert.Equal(["Simulating syscall event drop", "Simulating syscall event drop", "Simulating syscall event drop", "Syscall event drop but token bucket depleted, skipping actions"], said);
    }

    [Fact]
    public void The_alert_tells_drops_by_class_and_reason_as_texts()
    {
        var generated = new ulong[EventClasses.Count];
        generated[(int)EventClass.Open] = 1000;
        var dropped = new ulong[LossCounts.Reasons * EventClasses.Count];
        dropped[(int)DropReason.RingFull * EventClasses.Count + (int)EventClass.Open] = 20;
        dropped[(int)DropReason.RingFull * EventClasses.Count + (int)EventClass.ReadWrite] = 5;
        dropped[(int)DropReason.TooLarge * EventClasses.Count + (int)EventClass.Execve] = 2;
        dropped[(int)DropReason.NoRing * EventClasses.Count + (int)EventClass.Close] = 1;
        var fields = DropFields.Make(28, new LossCounts(generated, dropped), fromKernel: true);
        using var maker = Maker(json: true);
        var line = JsonDocument.Parse(maker.MakeInternal(DropMonitor.RuleName, AlertPriority.Debug, DropMonitor.Message(28), 1_600_000_000_123_456_789, fields).Line).RootElement;
        Assert.Equal(["hostname", "output", "output_fields", "priority", "rule", "source", "time"], line.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Falco internal: syscall event drop. 28 system calls dropped in last second.", line.GetProperty("output").GetString());
        Assert.Equal(("Debug", "internal", "2020-09-13T12:26:40.123456789Z"), (line.GetProperty("priority").GetString(), line.GetProperty("source").GetString(), line.GetProperty("time").GetString()));
        var expected = new Dictionary<string, string>
        {
            ["ebpf_enabled"] = "1",
            ["n_drops"] = "28",
            ["n_drops_buffer_clone_fork_exit"] = "0",
            ["n_drops_buffer_close_exit"] = "0",
            ["n_drops_buffer_connect_exit"] = "0",
            ["n_drops_buffer_dir_file_exit"] = "0",
            ["n_drops_buffer_execve_exit"] = "0",
            ["n_drops_buffer_open_exit"] = "20",
            ["n_drops_buffer_other_interest_exit"] = "0",
            ["n_drops_buffer_proc_exit"] = "0",
            ["n_drops_buffer_total"] = "25",
            ["n_drops_bug"] = "1",
            ["n_drops_page_faults"] = "0",
            ["n_drops_scratch_map"] = "2",
            ["n_evts"] = "1000",
        };
        Assert.Equal(expected.OrderBy(p => p.Key, StringComparer.Ordinal), line.GetProperty("output_fields").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)));
    }

    [Fact]
    public void The_text_of_an_internal_alert_quotes_texts_and_not_numbers()
    {
        using var maker = Maker(json: false);
        var alert = maker.MakeInternal("r", AlertPriority.Debug, "m.", 1_600_000_000_123_456_789, [new("a", "1"), new("b", 2ul), new("c", 0.5)]);
        Assert.Equal("12:26:40.123456789: Debug m. (a=\"1\" b=2 c=0.5)\n", System.Text.Encoding.UTF8.GetString(alert.Line.Span));
    }

    private static AlertMaker Maker(bool json) =>
        new(new AlertOptions(json, IncludeOutput: true, IncludeTags: true, IncludeMessage: false, IncludeOutputFields: true, IsoTime: true), new Dictionary<string, Peregrine.Filters.FieldCatalog>(), "host", TimeZoneInfo.Utc);

    private static KernelStatistics Counts(ulong events, ulong dropped)
    {
        var generated = new ulong[EventClasses.Count];
        generated[0] = events;
        var lost = new ulong[LossCounts.Reasons * EventClasses.Count];
        lost[0] = dropped;
        return new KernelStatistics([new CpuStatistics(0, events - dropped, events - dropped, 0, new LossCounts(generated, lost))]);
    }
}
