using System.Diagnostics;
using Xunit;

namespace Peregrine.LiveTests.Harness;

/// <summary>Waiting for what a sensor logs.</summary>
public static class LogLines
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Starts a sensor with a configuration file and waits until it has logged these texts.</summary>
    public static SensorProcess StartAndAwait(string config, params string[] texts)
    {
        var sensor = SensorProcess.Start("-c", config);
        try
        {
            foreach (var text in texts) Await(sensor, text);
            return sensor;
        }
        catch
        {
            sensor.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the sensor has logged the text so many times.</summary>
    public static void Await(SensorProcess sensor, string text, int times = 1)
    {
        var clock = Stopwatch.StartNew();
        while (sensor.Logged.Split(text).Length - 1 < times)
        {
            Assert.False(sensor.HasExited, "the sensor ended:\n" + sensor.Logged);
            Assert.True(clock.Elapsed < Patience, $"'{text}' was not logged {times} times:\n{sensor.Logged}");
            Thread.Sleep(5);
        }
    }
}
