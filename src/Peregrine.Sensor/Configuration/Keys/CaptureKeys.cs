namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about captures that alerts start.</summary>
internal static class CaptureKeys
{
    public static ConfigSection Section { get; } = new(
        "Captures",
        "Events around an alert, written to a capture file: see captures.md.",
        [
            new("capture.enabled", ConfigType.Boolean, "false", "Whether alerts start captures."),
            new("capture.path_prefix", ConfigType.Text, "/tmp/falco", "What the files' names begin with, their folder included."),
            new("capture.mode", ConfigType.Text, "rules", "Which rules do: those with `capture: true`, or all.") { Values = ["rules", "all_rules"] },
            new("capture.default_duration", ConfigType.Integer, "5000", "How long after the alert, in milliseconds, for rules that do not say it."),
            new("capture.max_file_size_mb", ConfigType.Integer, "0", "Where a file ends before its time; 0 for no limit."),
            new("capture.compression", ConfigType.Text, "gzip", "How files are packed.") { Values = ["none", "gzip", "zstd"], IsOwn = true },
            new("capture.max_files", ConfigType.Integer, "0", "How many files are kept, the newest; 0 for all.") { IsOwn = true },
            new("capture.flight_recorder.enabled", ConfigType.Boolean, "false", "Captures begin before their alert.") { IsOwn = true },
            new("capture.flight_recorder.duration", ConfigType.Text, "30s", "How long before, at most.") { IsOwn = true },
            new("capture.flight_recorder.memory", ConfigType.Text, "64MiB", "Most memory for it.") { IsOwn = true },
        ]);
}
