using Peregrine.Capture;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads the <c>capture</c> section.</summary>
internal static class CaptureOptionsReader
{
    /// <summary>1 TiB, in the unit of the key: the reference's bound.</summary>
    private const long MostMegabytes = 1_048_576;

    private const long LeastMemory = 1 << 20;

    /// <summary>What one ring can hold.</summary>
    private const long MostMemory = 2000L << 20;

    public static CaptureOptions Read(ConfigReader reader) => new()
    {
        Enabled = reader.Flag("capture.enabled"),
        PathPrefix = reader.Text("capture.path_prefix"),
        AllRules = reader.Text("capture.mode") switch
        {
            "rules" => false,
            "all_rules" => true,
            var other => throw reader.Invalid("capture.mode", $"'{other}' is not a valid mode of captures; there are rules and all_rules"),
        },
        DefaultDuration = TimeSpan.FromMilliseconds(reader.Integer("capture.default_duration", 0, uint.MaxValue)),
        MaxFileBytes = reader.Integer("capture.max_file_size_mb", 0, MostMegabytes) << 20,
        Compression = reader.Text("capture.compression") switch
        {
            "none" => CaptureCompression.None,
            "gzip" => CaptureCompression.Gzip,
            "zstd" => CaptureCompression.Zstd,
            var other => throw reader.Invalid("capture.compression", $"'{other}' is no compression of captures; there are none, gzip and zstd"),
        },
        MaxFiles = (int)reader.Integer("capture.max_files", 0, int.MaxValue),
        FlightRecorder = reader.Flag("capture.flight_recorder.enabled") ? ReadRecorder(reader) : null,
    };

    private static FlightRecorderOptions ReadRecorder(ConfigReader reader)
    {
        var duration = reader.Duration("capture.flight_recorder.duration", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
        return new FlightRecorderOptions(duration, (int)reader.Size("capture.flight_recorder.memory", LeastMemory, MostMemory));
    }
}
