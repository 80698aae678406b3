using System.Runtime.InteropServices;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>SIGINT and SIGTERM end the run in order; SIGHUP has configuration and rules loaded anew, SIGUSR1 has files opened anew.</summary>
internal sealed class RunSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;

    public RunSignals(RunStop stop, Action reload, Action reopen, SensorLog log)
    {
        _registrations =
        [
            Signals.On(PosixSignal.SIGINT, stop.Request),
            Signals.On(PosixSignal.SIGTERM, stop.Request),
            Signals.On(PosixSignal.SIGHUP, () =>
            {
                log.Info("SIGHUP received, reloading");
                reload();
            }),
            Signals.On(Signals.User1, () =>
            {
                log.Info("SIGUSR1 received, reopening outputs");
                reopen();
            }),
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
