using Peregrine.Capture;

namespace Peregrine.Sensor.Configuration;

/// <summary>Captures that matching rules start.</summary>
public sealed record CaptureOptions
{
    public bool Enabled { get; init; }

    /// <summary>What the files' names begin with, their folder included.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Whether every rule starts one, not only those with <c>capture: true</c>.</summary>
    public bool AllRules { get; init; }

    /// <summary>How long after the alert, for rules that do not say it.</summary>
    public TimeSpan DefaultDuration { get; init; }

    /// <summary>Where a file ends before its time; 0 for no limit.</summary>
    public long MaxFileBytes { get; init; }

    public CaptureCompression Compression { get; init; }

    /// <summary>How many files are kept, the newest; 0 for all.</summary>
    public int MaxFiles { get; init; }

    /// <summary>Null when captures begin with the alert.</summary>
    public FlightRecorderOptions? FlightRecorder { get; init; }
}

/// <summary>How far back captures begin before the alert.</summary>
/// <param name="Duration">Most time.</param>
/// <param name="Memory">Most bytes of memory: three quarters for events, a quarter for the tables that captures begin with.</param>
public sealed record FlightRecorderOptions(TimeSpan Duration, int Memory);
