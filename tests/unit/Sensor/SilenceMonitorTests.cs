using System.Text.Json;
using Peregrine.Sensor.Live;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class SilenceMonitorTests
{
    [Fact]
    public void Silence_is_told_again_and_again_with_the_last_events_time()
    {
        using var sensor = new IdleSensor("webserver: {enabled: false}\njson_output: true\nsyscall_event_timeouts: {max_consecutives: 2}\n");
        var monitor = new SilenceMonitor(sensor.Session);
        sensor.Until(() =>
        {
            monitor.Look(0);
            return sensor.Outputs.Counters.Single().Delivered >= 2;
        });
        sensor.Out.Position = 0;
        using var alert = JsonDocument.Parse(new StreamReader(sensor.Out).ReadLine()!);
        Assert.Equal("Falco internal: timeouts notification", alert.RootElement.GetProperty("rule").GetString());
        Assert.Equal("Falco internal: timeouts notification. 2 consecutive timeouts without event.", alert.RootElement.GetProperty("output").GetString());
        Assert.Equal("none", alert.RootElement.GetProperty("output_fields").GetProperty("last_event_time").GetString());
    }

    [Fact]
    public void A_machine_with_events_is_not_silent()
    {
        using var sensor = new IdleSensor("webserver: {enabled: false}\n");
        var monitor = new SilenceMonitor(sensor.Session);
        for (var i = 0; i < 100; i++)
        {
            monitor.OnEvents();
            monitor.Look(0);
        }
        Assert.Equal(0, sensor.Outputs.Counters.Single().Offered);
    }
}
