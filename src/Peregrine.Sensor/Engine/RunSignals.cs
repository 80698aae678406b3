using System.Runtime.InteropServices;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>SIGINT and SIGTERM end the run in order; SIGHUP has configuration and rules loaded anew, SIGUSR1 has files opened anew.</summary>
internal sealed class RunSignals : IDisposable
{
    /// <summary>Not named by <see cref="PosixSignal"/>: the number it has on Linux.</summary>
    private const PosixSignal SigUsr1 = (PosixSignal)10;

    private readonly PosixSignalRegistration[] _registrations;

    public RunSignals(RunStop stop, Action reload, Action reopen, SensorLog log)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                log.Info("SIGHUP received, reloading");
                reload();
            }),
            PosixSignalRegistration.Create(SigUsr1, context =>
            {
                context.Cancel = true;
                log.Info("SIGUSR1 received, reopening outputs");
                reopen();
            }),
        ];

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Request();
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
