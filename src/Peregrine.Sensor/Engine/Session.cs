using Peregrine.Kernel;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Metrics;
using Peregrine.Sensor.Names;
using Peregrine.Sensor.Profiling;
using Peregrine.Sensor.Reloading;
using Peregrine.Sensor.Service;

namespace Peregrine.Sensor.Engine;

/// <summary>What a run of the sensor works with, whatever the events come from. What can change while it runs is its current <see cref="Generation"/>; the rest stays.</summary>
/// <param name="first">The generation that the run begins with; the session owns it and those that follow.</param>
/// <param name="outputs">Owned by who made the session.</param>
/// <param name="log">The sensor's log.</param>
/// <param name="console">The process around it.</param>
internal sealed class Session(Generation first, OutputSet outputs, SensorLog log, SensorConsole console) : IDisposable
{
    private Generation _current = first;

    /// <summary>What is in force. Changes only on the worker's thread, between two events.</summary>
    public Generation Current => Volatile.Read(ref _current);

    public SensorConfiguration Configuration => Current.Configuration;

    public LoadedRules Rules => Current.Rules;

    /// <summary>Belongs to the worker, as all of it that is not immutable.</summary>
    public AlertMaker Alerts => Current.Alerts;

    /// <summary>Alerts by rule, over all generations.</summary>
    public RunStatistics Statistics { get; } = new();

    public OutputSet Outputs => outputs;

    public SensorLog Log => log;

    public SensorConsole Console => console;

    /// <summary>The addresses of the hosts that rules name.</summary>
    public HostNameResolver HostNames { get; } = LookUp(new HostNameResolver(log.Warning, log.Info, console.Clock), first, console);

    public ReloadCounters Reloads { get; } = new();

    /// <summary>What was shed to keep within the budget.</summary>
    public BudgetCounters Budget { get; } = new();

    /// <summary>From events to their alerts, of what happens now; replays have none.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>What events cost, when the run is for finding that out; it belongs to the worker.</summary>
    public SensorProfile? Profile { get; init; }

    /// <summary>Who started us as a service, if anybody did.</summary>
    public ServiceNotifier Service { get; } = ServiceNotifier.Of(console.Environment);

    /// <summary>What other threads want of the worker.</summary>
    public Errands Errands { get; } = new();

    /// <summary>Puts a generation in force. On the worker's thread, between two events.</summary>
    public void TakeUp(Generation next)
    {
        var last = Current;
        outputs.Replace(next.Outputs, next.Configuration.Outputs.Timeout);
        log.Options = next.Configuration.Log;
        LookUp(HostNames, next, console);
        Volatile.Write(ref _current, next);
        last.Dispose();
    }

    public void Dispose()
    {
        Current.Dispose();
        HostNames.Dispose();
        Service.Dispose();
    }

    private static HostNameResolver LookUp(HostNameResolver names, Generation generation, SensorConsole console)
    {
        IHostAddresses[] places = generation.Configuration.Rules.AsksNameServers ? [console.HostsFile, console.NameServers] : [console.HostsFile];
        names.Watch(generation.Rules.Hosts, places);
        return names;
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Events">Events that the rules saw.</param>
/// <param name="Monitor">What the drop monitor saw; null for a run without events.</param>
internal sealed record RunResult(ulong Events, DropMonitor? Monitor)
{
    /// <summary>Why the sensor gave up: printed last, and the exit code is then 1. Null for an orderly end; empty when the log has said it.</summary>
    public string? Failure { get; init; }

    /// <summary>Live: what the kernel generated, and what of it was read or lost.</summary>
    public KernelStatistics? Kernel { get; init; }
}
