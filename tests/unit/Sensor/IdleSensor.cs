using Peregrine.Outputs;
using Peregrine.Sensor;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Reloading;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>A sensor without events in a folder of its own: its worker only does errands. Beside the shown configuration it logs nowhere else and talks to no syslog.</summary>
internal sealed class IdleSensor : IDisposable
{
    public const string Quiet = "engine: {kind: nodriver}\nlog_syslog: false\nsyslog_output: {enabled: false}\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-idle-");
    private readonly StringWriter _error = new();
    private readonly TextWriter _lines;
    private readonly SensorLog _log;
    private readonly RunStop _stop;
    private readonly Thread _worker;
    private readonly Services _services;

    /// <param name="configuration">What the main file says besides <see cref="Quiet"/> and the rules file.</param>
    /// <param name="environment">Looks up an environment variable; none is set without it.</param>
    public IdleSensor(string configuration = "", Func<string, string?>? environment = null)
    {
        WriteRules(1);
        Write("main.yaml", Main(configuration));
        _lines = TextWriter.Synchronized(_error);
        var console = new SensorConsole { Out = Out, Error = _lines, Hostname = "host", Environment = environment ?? (static _ => null) };
        var input = new ConfigInput(_ => null, In("main.yaml"), []);
        var (loaded, read) = input.Read(new ConfigSources());
        _log = new SensorLog(console.Error, read.Log, TimeProvider.System);
        Outputs = new OutputSet([], TimeSpan.FromSeconds(1), _log.Warning);
        var maker = new GenerationMaker(console, new CommandLineOptions(), input, _log);
        var first = maker.Make(1, loaded, read, maker.Enabled(maker.LoadRules(read)), Outputs);
        Outputs.Replace(first.Outputs, read.Outputs.Timeout);
        Session = new Session(first, Outputs, _log, console);
        _stop = new RunStop(null, CancellationToken.None);
        _worker = new Thread(() => NoEventsRun.Run(Session, _stop));
        _worker.Start();
        _services = new Services(Session);
        Reloader = new Reloader(Session, maker, _services.Apply);
    }

    public Session Session { get; }

    public OutputSet Outputs { get; }

    public Reloader Reloader { get; }

    /// <summary>Its standard output.</summary>
    public Stream Out { get; } = Stream.Synchronized(new MemoryStream());

    public string Log
    {
        get
        {
            // The writer locks itself for each line.
            lock (_lines) return _error.ToString();
        }
    }

    public string Main(string configuration) => $"rules_files: [{In("rules.yaml")}]\nconfig_files: [{In("config.d")}]\n{Quiet}{configuration}\n";

    public void Until(Func<bool> holds)
    {
        if (!SpinWait.SpinUntil(holds, Patience)) Assert.Fail("it did not come to that; the log:\n" + Log);
    }

    public string In(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>All at once, by a rename: a test that is held up in the middle of writing would show the sensor half a file.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(".new"), text);
        File.Move(In(".new"), In(name), overwrite: true);
    }

    public void WriteRules(int count) =>
        Write("rules.yaml", string.Concat(Enumerable.Range(0, count).Select(i => $"- rule: rule {i}\n  desc: d\n  condition: evt.type = open\n  output: opened\n  priority: WARNING\n  tags: [T1555, mitre-x]\n")));

    public void Dispose()
    {
        Reloader.Dispose();
        _services.Dispose();
        _stop.Request();
        _worker.Join();
        Session.Dispose();
        Outputs.Dispose();
        _log.Dispose();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }
}
