using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Live;

/// <summary>
/// Brings the machine under watch on a thread of its own, while the rules are loaded: the probe records what the state needs, and what runs already is read. What only rules need is switched on when they are there.
/// </summary>
internal sealed class LiveStart : IDisposable
{
    private readonly Task<LiveMachine>? _machine;
    private bool _taken;

    private LiveStart(Task<LiveMachine>? machine) => _machine = machine;

    /// <summary>Begins, where events come from this machine.</summary>
    public static LiveStart Begin(SensorConsole console, SensorConfiguration configuration)
    {
        if (configuration.Engine.Kind != EngineKind.Kernel) return new LiveStart(null);
        return new LiveStart(Task.Run(() =>
        {
            var first = SyscallSelection.Choose(new HashSet<Events.SyscallCode>(), configuration.BaseSyscalls, static _ => { });
            return LiveMachine.Start(configuration, first, new HashSet<Events.SyscallCode>(), HostName.Find(console), console.Probe);
        }));
    }

    /// <summary>Waits for the machine, which then belongs to the caller.</summary>
    /// <exception cref="SensorException">The kernel lacks something; the message says what to do.</exception>
    public LiveMachine Take()
    {
        var machine = _machine!.GetAwaiter().GetResult();
        _taken = true;
        return machine;
    }

    public void Dispose()
    {
        if (_machine is null || _taken) return;
        try
        {
            _machine.GetAwaiter().GetResult().Dispose();
        }
        catch (SensorException)
        {
            // Something else has ended the start before anybody asked.
        }
    }
}
