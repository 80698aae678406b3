using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>Makes the configured outputs.</summary>
internal static class OutputFactory
{
    /// <summary>The outputs, each behind its queue. Patient, alerts wait for a slow output (a replay) instead of being dropped (a live sensor).</summary>
    public static OutputSet Create(OutputOptions options, SensorConsole console, SensorLog log, bool patient)
    {
        var policy = patient ? FullQueuePolicy.Wait : FullQueuePolicy.DropNewest;
        var queues = Outputs(options, console).Select(output => new OutputQueue(output, options.QueueCapacity, policy, log.Warning));
        return new OutputSet(queues, options.Timeout, log.Warning);
    }

    private static IEnumerable<IAlertOutput> Outputs(OutputOptions options, SensorConsole console)
    {
        if (options.Stdout) yield return new StdoutOutput(console.Out, options.Buffered);
        if (options.File is { } file) yield return new FileOutput(file.Path, file.KeepOpen);
        // Without a daemon there is nobody to tell; one that starts later is found again by its socket.
        if (options.Syslog && File.Exists(SyslogOutput.DefaultPath)) yield return new SyslogOutput(SyslogOutput.DefaultPath, "peregrine", console.Clock);
        if (options.Program is { } program) yield return new ProgramOutput(program.Command, program.KeepRunning);
        if (options.Http is { } http) yield return new HttpOutput(http, console.Out);
    }
}
