using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Live;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>What the engine's keys mean for rings and state.</summary>
public sealed class EngineOptionsTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(4, 1, 8, 8 * Megabyte)]
    [InlineData(1, 1, 8, Megabyte)]
    [InlineData(10, 1, 8, 512 * Megabyte)]
    [InlineData(4, 2, 8, 4 * Megabyte)]
    [InlineData(4, 3, 8, 4 * Megabyte)]
    [InlineData(4, 0, 4, 2 * Megabyte)]
    [InlineData(4, 64, 4, 2 * Megabyte)]
    [InlineData(2, 0, 64, Megabyte)]
    public void A_buffer_is_shared_out_among_its_cpus(int preset, int cpusPerBuffer, int cpus, int expected) => Assert.Equal(expected, RingSize.Of(preset, cpusPerBuffer, cpus));

    [Fact]
    public void Keys_of_the_engine_and_the_state_are_read()
    {
        var engine = Read("""
            engine: {kind: modern_ebpf, modern_ebpf: {buf_size_preset: 5, cpus_for_each_buffer: 2, drop_failed_exit: true, disable_iterators: true}}
            falco_libs: {thread_table_size: 1000, thread_table_auto_purging_interval_s: 60, thread_table_auto_purging_thread_timeout_s: 120, snaplen: 200}
            state_limits: {threads: 64MiB, descriptors: 32MiB}
            """);
        Assert.Equal((5, 2, true, 200), (engine.BufferSizePreset, engine.CpusPerBuffer, engine.DropFailed, engine.SnapLength));
        Assert.Equal(new StateLimits(1000, 64 * Megabyte, 32 * Megabyte, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)), engine.State);
    }

    [Fact]
    public void By_default_each_cpu_has_a_whole_buffer()
    {
        var engine = Read("{}");
        Assert.Equal((4, 1, false), (engine.BufferSizePreset, engine.CpusPerBuffer, engine.DropFailed));
        Assert.Equal(TimeSpan.FromMinutes(5), engine.State.ThreadTimeout);
    }

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("engine: {workers: auto}", 1)]
    [InlineData("engine: {workers: 1}", 1)]
    [InlineData("engine: {workers: 2}", 2)]
    [InlineData("engine: {workers: '64'}", 64)]
    public void The_number_of_workers_is_read(string text, int expected) => Assert.Equal(expected, Read(text).Workers);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("65")]
    [InlineData("two")]
    [InlineData("1.5")]
    [InlineData("''")]
    [InlineData("99999999999")]
    public void A_number_of_workers_that_cannot_be_is_refused_with_its_place(string value)
    {
        var refused = Assert.Throws<ConfigException>(() => Read($"engine:\n  workers: {value}\n"));
        Assert.Equal($"'engine.workers' must be 'auto' or a whole number from 1 to 64, not '{value.Trim('\'')}'", refused.Message.Split('\n')[0].Split(": ", 2)[^1]);
    }

    private static EngineOptions Read(string text)
    {
        var folder = Directory.CreateTempSubdirectory("peregrine-engine-");
        try
        {
            var file = Path.Combine(folder.FullName, "main.yaml");
            File.WriteAllText(file, text);
            return SensorConfigurationReader.Read(new ConfigLoader(_ => null, new ConfigSources()).Load(file, [])).Engine;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
