using Peregrine.Containers;
using Peregrine.Events;
using Peregrine.Kernel;
using Peregrine.Kernel.Proc;
using Peregrine.Kernel.Proc.Facts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Partitions;
using Peregrine.State;

namespace Peregrine.Sensor.Live;

/// <summary>
/// This machine, being recorded: the probe is attached first, so that its rings fill, then what runs already is read into the state. What the rings hold from before
/// the reading ended is told twice, which the state knows how to take.
/// </summary>
internal sealed class LiveMachine : IDisposable
{
    private readonly ProcHost _host;
    private readonly ProcScan _scan;

    private LiveMachine(KernelProbe probe, ProcHost host, StateEngine state, HostFacts facts, ContainerDirectory? containers)
    {
        (Probe, _host, State, Facts, Containers) = (probe, host, state, facts, containers);
        _scan = host.CreateScan();
    }

    /// <summary>Reads all processes anew, when events were lost.</summary>
    public IProcessScan Scan => _scan;

    public KernelProbe Probe { get; }

    public StateEngine State { get; }

    public HostFacts Facts { get; }

    /// <summary>Who finds out what the containers are; null when that is not wanted.</summary>
    public ContainerDirectory? Containers { get; }

    /// <summary>How the configuration wants the probe.</summary>
    public static KernelProbeOptions ProbeOptions(EngineOptions engine) =>
        new() { RingBytes = RingSize.Of(engine.BufferSizePreset, engine.CpusPerBuffer, Environment.ProcessorCount), SnapLength = engine.SnapLength, DropFailed = engine.DropFailed };

    /// <param name="configuration">What is wanted of it.</param>
    /// <param name="wanted">The system calls that are recorded.</param>
    /// <param name="withData">Of them, those whose events hold what was read or written; null for all.</param>
    /// <param name="hostname">Of this machine.</param>
    /// <param name="loaded">The probe that was loaded already; null to load it.</param>
    /// <exception cref="SensorException">The kernel lacks something; the message says what to do.</exception>
    public static LiveMachine Start(SensorConfiguration configuration, IEnumerable<SyscallCode> wanted, IReadOnlySet<SyscallCode>? withData, string hostname, string? loaded)
    {
        KernelProbe? probe = null;
        ProcHost? host = null;
        ContainerDirectory? containers = null;
        try
        {
            var wishes = ProbeOptions(configuration.Engine);
            probe = loaded is null ? KernelProbe.Load(wishes) : KernelProbe.TakeOver(loaded, wishes);
            var options = ProcOptions.FromEnvironment();
            host = new ProcHost(options, bootTime: probe.BootTime);
            probe.SetSyscalls([.. wanted], withData);
            probe.Attach();
            var facts = HostFacts.Read(options.HostRoot);
            if (configuration.Containers is { Static: null } settings)
            {
                containers = new ContainerDirectory(settings.Ask with { HostRoot = options.HostRoot }, new DirectoryWake(), probe.WakeUp);
                containers.Start();
            }
            var state = ReadState(host, facts, configuration, hostname, containers);
            state.BootTime = probe.BootTime;
            var machine = new LiveMachine(probe, host, state, facts, containers);
            (probe, host, containers) = (null, null, null);
            return machine;
        }
        catch (KernelException e)
        {
            throw new SensorException(e.Detail.Length > 0 ? $"{e.Message}\n{e.Detail.TrimEnd()}" : e.Message, e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new SensorException(e.Message, e);
        }
        finally
        {
            containers?.Dispose();
            host?.Dispose();
            probe?.Dispose();
        }
    }

    public void Dispose()
    {
        Containers?.Dispose();
        Probe.Dispose();
        _scan.Dispose();
        _host.Dispose();
    }

    private static StateEngine ReadState(ProcHost host, HostFacts facts, SensorConfiguration configuration, string hostname, IContainerDirectory? containers)
    {
        var limits = configuration.Engine.State;
        var options = new StateOptions
        {
            MaxThreads = limits.Threads,
            ThreadBytes = limits.ThreadBytes,
            FdBytes = limits.DescriptorBytes,
            PurgeInterval = limits.PurgeInterval,
            ThreadTimeout = limits.ThreadTimeout,
            Hostname = hostname,
            LookUpUnknown = true,
            HasFcntlArguments = true,
        };
        var state = new StateEngine(options, configuration.Engine.Workers > 1 ? new AccountsHost(host) : host);
        state.Containers.Ignored = ContainerEngines.Disabled(configuration.Containers);
        state.Containers.Directory = containers;
        state.Containers.Everything = ContainerEngines.Everything(configuration.Containers);
        foreach (var address in facts.Interfaces)
        {
            if (address.IsIpv6) state.Interfaces.AddIpv6(address.Address);
            else state.Interfaces.AddIpv4(address.Address, address.Netmask);
        }
        foreach (var thread in host.Scan()) state.AddThread(thread);
        state.SeedTime = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        return state;
    }
}
