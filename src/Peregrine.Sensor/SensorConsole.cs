using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Kernel.Files;
using Peregrine.Kernel.Privileges;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Live;
using Peregrine.Sensor.Names;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor;

/// <summary>What the program needs of the process around it, so that a test can stand in for it.</summary>
public sealed class SensorConsole
{
    /// <summary>Standard output: alerts and what was asked for. Never closed.</summary>
    public required Stream Out { get; init; }

    /// <summary>Where alerts go: standard output too, but here a reader that is gone is an error, for alerts are counted.</summary>
    public Stream AlertOut { get => field ?? Out; init; }

    /// <summary>Standard error: the log and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input, opened when it is asked for; null for the process's own.</summary>
    public Stream? In { get; init; }

    /// <summary>Whether people read standard output on a terminal.</summary>
    public bool IsTerminal { get; init; }

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

    /// <summary>The probe that this process has loaded before it gave up its privileges and started anew; null when it has not.</summary>
    public string? Probe { get; init; }

    /// <summary>Where progress is shown; null when standard error is no terminal.</summary>
    public ProgressLine? Progress { get; init; }

    public static SensorConsole OfProcess()
    {
        var (output, error) = (Console.OpenStandardOutput(), Console.Error);
        var alerts = new StandardOutputStream();
        var probe = Confinement.TakeVariable(LeastPrivilege.Variable);
        var terminal = !Console.IsOutputRedirected;
        if (Console.IsErrorRedirected) return new() { Out = output, AlertOut = alerts, Error = error, IsTerminal = terminal, HandlesSignals = true, Probe = probe };
        var line = new ProgressLine(error);
        return new()
        {
            Out = terminal ? line.Guard(output) : output,
            AlertOut = terminal ? line.Guard(alerts) : alerts,
            Error = line.Guard(error),
            Progress = line,
            IsTerminal = terminal,
            HandlesSignals = true,
            Probe = probe,
        };
    }

    /// <summary>Writes a text to standard output.</summary>
    public void Print(string text) => Out.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a JSON value to standard output, on a line of its own. When <paramref name="write"/> fails nothing is written.</summary>
    public void PrintJson(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AlertMaker.JsonOptions)) write(json);
        buffer.Write("\n"u8);
        Out.Write(buffer.WrittenSpan);
    }
}
