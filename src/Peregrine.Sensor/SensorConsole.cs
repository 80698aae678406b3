using Peregrine.Sensor.Names;

using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor;

/// <summary>What the program needs of the process around it, so that a test can stand in for it.</summary>
public sealed class SensorConsole
{
    /// <summary>Standard output: alerts and what was asked for. Never closed.</summary>
    public required Stream Out { get; init; }

    /// <summary>Standard error: the log and errors.</summary>
    public required TextWriter Error { get; init; }

    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The name that alerts carry as <c>hostname</c>; null to ask the environment and the kernel.</summary>
    public string? Hostname { get; init; }

    /// <summary>Where hosts that rules name are looked up first.</summary>
    public IHostAddresses HostsFile { get; init; } = new HostsFile();

    /// <summary>Who is asked for hosts that are not there.</summary>
    public IHostAddresses NameServers { get; init; } = new NameServers();

    /// <summary>Ends the sensor as SIGTERM would.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Whether signals of the process are the sensor's to handle.</summary>
    public bool HandlesSignals { get; init; }

    /// <summary>Where progress is shown; null when standard error is no terminal.</summary>
    public ProgressLine? Progress { get; init; }

    public static SensorConsole OfProcess()
    {
        var (output, error) = (Console.OpenStandardOutput(), Console.Error);
        if (Console.IsErrorRedirected) return new() { Out = output, Error = error, HandlesSignals = true };
        var line = new ProgressLine(error);
        return new() { Out = Console.IsOutputRedirected ? output : line.Guard(output), Error = line.Guard(error), Progress = line, HandlesSignals = true };
    }

    /// <summary>Writes a text to standard output.</summary>
    public void Print(string text) => Out.Write(System.Text.Encoding.UTF8.GetBytes(text));
}
