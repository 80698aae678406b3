using System.Globalization;
using Peregrine.Containers;
using Peregrine.Kernel;
using Peregrine.Kernel.Files;
using Peregrine.Kernel.Loading;
using Peregrine.Kernel.Privileges;
using Peregrine.Kernel.Proc;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Live;

/// <summary>
/// Lets the sensor run with few privileges. What needs many, loading and attaching the probe, is left to a process of its own (<see cref="ProbeLoading"/>); meanwhile the program gives up the rest and starts anew in its
/// own place (see <see cref="Confinement"/>), where the probe is handed to it. Nothing is recorded before that: the probe is attached with no system call wanted.
/// </summary>
internal static class LeastPrivilege
{
    /// <summary>Tells the program that was started anew what it has of the probe.</summary>
    public const string Variable = "PEREGRINE_PROBE";

    /// <summary>Gives privileges up, and does not return then. Returns at once where that was done already or is not wanted.</summary>
    /// <param name="console">The process: only one of our own is started anew.</param>
    /// <param name="configuration">What the sensor will do.</param>
    /// <param name="written">A file that is written beside those of the configuration.</param>
    /// <param name="ahead">What was begun with <see cref="BeginAhead"/>; ended when it is of no use.</param>
    /// <exception cref="SensorException">The privileges could not be given up.</exception>
    public static void Take(SensorConsole console, SensorConfiguration configuration, string? written = null, ProbeLoading? ahead = null)
    {
        using var begun = ahead;
        if (!configuration.Privileges.Reduce || configuration.Engine.Kind != EngineKind.Kernel || !console.HandlesSignals || console.Probe is not null) return;
        try
        {
            using var loading = begun ?? ProbeLoading.Begin();
            loading.Ask(LiveMachine.ProbeOptions(configuration.Engine));
            Confinement.Enter(Needed(configuration, written));
            Confinement.StartAnew(Variable, loading.HandOver());
        }
        catch (KernelException e)
        {
            throw new SensorException($"{e.Message}; 'least_privilege: {{enabled: false}}' has the sensor keep what it has", e);
        }
    }

    /// <summary>Starts the process that loads the probe, while the configuration is read: most sensors that start on a console of their own come to need it. Null where they do not, or where it cannot be started.</summary>
    public static ProbeLoading? BeginAhead(SensorConsole console)
    {
        if (!console.HandlesSignals || console.Probe is not null || !Environment.IsPrivilegedProcess) return null;
        try
        {
            return ProbeLoading.Begin();
        }
        catch (KernelException)
        {
            // Who needs it tries again, and says why it fails.
            return null;
        }
    }

    /// <summary>The capabilities that a sensor with this configuration works with.</summary>
    public static CapabilitySet Needed(SensorConfiguration configuration, string? written)
    {
        // Other users' processes below /proc, their descriptors, links and files.
        var needed = CapabilitySet.Of(Capability.SysPtrace, Capability.DacReadSearch);
        if (configuration.Web is { Enabled: true, Address.Port: var port and > 0 } && port < FirstFreePort()) needed = needed.With(Capability.NetBindService);
        if (Written(configuration, written).Any(path => !FileRights.CanWrite(path))) needed = needed.With(Capability.DacOverride);
        return new CapabilitySet(needed.Bits | configuration.Privileges.Keep.Bits);
    }

    /// <summary>Says what the process works with, as the kernel has it.</summary>
    public static void Report(SensorConsole console, SensorLog log)
    {
        if (console.Probe is null) return;
        var status = File.ReadAllText("/proc/self/status");
        var filtered = status.Contains("\nSeccomp:\t2", StringComparison.Ordinal);
        log.Info($"Capabilities kept: {CapabilitySet.Parse(status, "CapEff")}; no new privileges{(filtered ? "; system calls are filtered" : "")}");
        if (!filtered) log.Warning("system calls are not filtered: this kernel or processor has no seccomp filters");
    }

    /// <summary>Files that are written, and sockets that are connected to: another user's need CAP_DAC_OVERRIDE.</summary>
    private static IEnumerable<string> Written(SensorConfiguration configuration, string? written)
    {
        if (written is not null) yield return written;
        if (configuration.Outputs.File is { } file)
        {
            yield return file.Path;
            // It may be moved away and made anew.
            yield return Path.GetDirectoryName(Path.GetFullPath(file.Path)) ?? "/";
        }
        if (configuration.Outputs.Http?.Spool is { } spool)
        {
            yield return spool.Folder;
            // It may have to be made.
            yield return Path.GetDirectoryName(Path.GetFullPath(spool.Folder)) ?? "/";
        }
        if (configuration.Outputs.Syslog?.Address is { Transport: Outputs.SyslogTransport.Unix, Target: var syslog }) yield return syslog;
        if (configuration.Metrics is { Enabled: true, OutputFile.Length: > 0 } metrics) yield return metrics.OutputFile;
        if (configuration.Capture.Enabled) yield return configuration.Capture.PathPrefix;
        if (configuration.Containers is { Static: null } containers)
            foreach (var socket in ContainerDirectory.Sockets(containers.Ask with { HostRoot = ProcOptions.FromEnvironment().HostRoot }).Where(File.Exists)) yield return socket;
    }

    /// <summary>Ports from here on need no privilege.</summary>
    private static int FirstFreePort()
    {
        try
        {
            return int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start"), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 1024;
        }
    }
}
