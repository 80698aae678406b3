using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>Says which outputs the configuration wants and how each is made.</summary>
/// <param name="console">Where the stdout output writes.</param>
/// <param name="log">Told about failures.</param>
/// <param name="patient">Whether alerts wait for a slow output (a replay) instead of being dropped (a live sensor).</param>
internal sealed class OutputFactory(SensorConsole console, SensorLog log, bool patient)
{
    public List<OutputSpec> Specs(OutputOptions options)
    {
        var specs = new List<OutputSpec>();
        if (options.Stdout) Add(("stdout", options.Buffered), () => new StdoutOutput(console.Out, options.Buffered));
        if (options.File is { } file) Add(file, () => new FileOutput(file.Path, file.KeepOpen));
        // Without a daemon there is nobody to tell; one that starts later is found again by its socket.
        if (options.Syslog && File.Exists(SyslogOutput.DefaultPath)) Add("syslog", () => new SyslogOutput(SyslogOutput.DefaultPath, "peregrine", console.Clock));
        if (options.Program is { } program) Add(program, () => new ProgramOutput(program.Command, program.KeepRunning));
        if (options.Http is { } http) Add(http, () => new HttpOutput(http, console.Out));
        return specs;

        void Add(object settings, Func<IAlertOutput> make)
        {
            var policy = patient ? FullQueuePolicy.Wait : FullQueuePolicy.DropNewest;
            var all = (settings, options.QueueCapacity);
            specs.Add(new OutputSpec(all, () => new OutputQueue(make(), options.QueueCapacity, policy, log.Warning) { Settings = all }));
        }
    }
}
