using Peregrine.Events;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Grpc;

namespace Peregrine.Sensor.Reloading;

/// <summary>
/// One version of all that can change while the sensor runs. It is made aside, completely, before anybody sees it; it never changes; the worker takes it up as a whole between two events.
/// </summary>
internal sealed class Generation : IDisposable
{
    /// <summary>1 for the one that the sensor started with.</summary>
    public required int Number { get; init; }

    /// <summary>When it was made, ns since the epoch.</summary>
    public required ulong MadeAt { get; init; }

    /// <summary>The files' names without their folders, with the SHA-256 of what was read; empty unless metrics are on.</summary>
    public required IReadOnlyList<(string File, string Sha256)> ConfigDigests { get; init; }

    public required IReadOnlyList<(string File, string Sha256)> RulesDigests { get; init; }

    public required SensorConfiguration Configuration { get; init; }

    public required LoadedRules Rules { get; init; }

    /// <summary>The system calls that the probe must record for these rules and the state.</summary>
    public required IReadOnlySet<SyscallCode> Syscalls { get; init; }

    /// <summary>Of these, the system calls whose events must hold what was read or written.</summary>
    public required IReadOnlySet<SyscallCode> WithData { get; init; }

    /// <summary>Used by the worker alone once it has taken the generation up.</summary>
    public required AlertMaker Alerts { get; init; }

    /// <summary>The outputs' queues, those that go on running among them.</summary>
    public required IReadOnlyList<OutputQueue> Outputs { get; init; }

    /// <summary>The alerts on their way to clients of gRPC; the same for all generations.</summary>
    public required AlertFeed Feed { get; init; }

    /// <summary>The paths whose change asks for another generation.</summary>
    public required IReadOnlyList<string> Watched { get; init; }

    public void Dispose() => Alerts.Dispose();
}
