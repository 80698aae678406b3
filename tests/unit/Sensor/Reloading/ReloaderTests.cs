using System.Text;
using Peregrine.Outputs;
using Peregrine.Sensor;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Reloading;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Reloading;

/// <summary>A session without events, whose worker only takes up generations.</summary>
public sealed class ReloaderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-reload-");
    private readonly StringWriter _error = new();
    private readonly SensorConsole _console;
    private readonly SensorLog _log;
    private readonly OutputSet _outputs;
    private readonly Session _session;
    private readonly RunStop _stop;
    private readonly Thread _worker;
    private readonly Reloader _reloader;

    public ReloaderTests()
    {
        WriteRules(1);
        Write("main.yaml", $"rules_files: [{In("rules.yaml")}]\nconfig_files: [{In("config.d")}]\nengine: {{kind: nodriver}}\nlog_syslog: false\nsyslog_output: {{enabled: false}}\n");
        _console = new SensorConsole { Out = Stream.Null, Error = TextWriter.Synchronized(_error), Hostname = "host" };
        var input = new ConfigInput(_ => null, In("main.yaml"), []);
        var (loaded, configuration) = input.Read(new ConfigSources());
        _log = new SensorLog(_console.Error, configuration.Log, TimeProvider.System);
        _outputs = new OutputSet([], TimeSpan.FromSeconds(1), _log.Warning);
        var maker = new GenerationMaker(_console, new CommandLineOptions(), input, _log);
        var first = maker.Make(1, loaded, configuration, maker.Enabled(maker.LoadRules(configuration)), _outputs);
        _outputs.Replace(first.Outputs, configuration.Outputs.Timeout);
        _session = new Session(first, _outputs, _log, _console);
        _stop = new RunStop(null, CancellationToken.None);
        _worker = new Thread(() => NoEventsRun.Run(_session, _stop));
        _worker.Start();
        _reloader = new Reloader(_session, maker);
    }

    public void Dispose()
    {
        _reloader.Dispose();
        _stop.Request();
        _worker.Join();
        _session.Dispose();
        _outputs.Dispose();
        _log.Dispose();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_changed_rules_file_is_in_force_without_being_asked_for()
    {
        WriteRules(3);
        Until(() => _session.Rules.EnabledCount == 3);
        Assert.Equal(2, _session.Current.Number);
    }

    [Fact]
    public void A_changed_configuration_is_in_force()
    {
        File.AppendAllText(In("main.yaml"), "json_output: true\n");
        Until(() => _session.Configuration.Alerts.Json);
    }

    [Fact]
    public void A_file_that_joins_an_included_folder_is_in_force()
    {
        Write("config.d/more.yaml", "priority: error\n");
        Until(() => _session.Configuration.Rules.Priority == AlertPriority.Error);
    }

    [Fact]
    public void What_is_asked_for_is_done_though_nothing_changed()
    {
        _reloader.Request();
        Until(() => _reloader.Counters.SucceededCount == 1);
    }

    [Theory]
    [InlineData("rules.yaml", "- rule: [", "rules.yaml")]
    [InlineData("rules.yaml", "- rule: a\n  desc: d\n  condition: proc.nam = x\n  output: o\n  priority: INFO\n", "nonexistent field proc.nam")]
    [InlineData("main.yaml", "priority: loud\n", "main.yaml:1:11")]
    [InlineData("main.yaml", "{{{", "main.yaml:1:2")]
    [InlineData("main.yaml", "\0\u0001\uFFFF", "main.yaml")]
    [InlineData("main.yaml", "rules_files: [/nowhere.yaml]\n", "rules file")]
    public void A_broken_version_is_refused_with_its_error_and_the_old_one_goes_on(string file, string content, string error)
    {
        var before = _session.Current;
        Write(file, content);
        Until(() => _reloader.Counters.RefusedCount == 1);
        Assert.Contains(error, _reloader.Counters.LastError, StringComparison.Ordinal);
        Assert.Contains("Reload refused", _error.ToString(), StringComparison.Ordinal);
        Assert.Same(before, _session.Current);
        WriteRules(2);
        Write("main.yaml", $"rules_files: [{In("rules.yaml")}]\nengine: {{kind: nodriver}}\nlog_syslog: false\nsyslog_output: {{enabled: false}}\n");
        Until(() => _session.Rules.EnabledCount == 2 && _reloader.Counters.LastError is null);
    }

    [Fact]
    public void A_file_that_only_a_refused_version_names_is_watched_too()
    {
        Write("other.yaml", "- rule: [");
        File.WriteAllText(In("main.yaml"), File.ReadAllText(In("main.yaml")).Replace("rules.yaml", "other.yaml", StringComparison.Ordinal));
        Until(() => _reloader.Counters.RefusedCount == 1);
        Write("other.yaml", "- list: empty\n  items: []\n");
        Until(() => _session.Rules.EnabledCount == 0);
    }

    [Fact]
    public void The_same_garbage_is_refused_every_time_it_is_written()
    {
        for (var round = 1; round <= 20; round++)
        {
            Write("rules.yaml", "- rule: [");
            Until(() => _reloader.Counters.RefusedCount == round);
        }
        Assert.Equal(1, _session.Current.Number);
    }

    [Fact]
    public void Files_are_left_alone_when_they_shall_not_be_watched()
    {
        File.AppendAllText(In("main.yaml"), "watch_config_files: false\n");
        Until(() => !_session.Configuration.WatchFiles);
        WriteRules(5);
        Thread.Sleep(300);
        Assert.Equal(1, _session.Rules.EnabledCount);
        _reloader.Request();
        Until(() => _session.Rules.EnabledCount == 5);
    }

    [Fact]
    public void An_output_with_the_same_settings_runs_on_and_others_are_exchanged()
    {
        var stdout = Assert.Single(_session.Current.Outputs);
        File.AppendAllText(In("main.yaml"), $"file_output: {{enabled: true, filename: {In("a.txt")}}}\n");
        Until(() => _session.Current.Outputs.Count == 2);
        Assert.Same(stdout, _session.Current.Outputs[0]);
        _outputs.Offer(Outputs.Alerts.Text("one"));
        File.WriteAllText(In("main.yaml"), File.ReadAllText(In("main.yaml")).Replace("a.txt", "b.txt", StringComparison.Ordinal));
        Until(() => _reloader.Counters.SucceededCount == 2);
        _outputs.Offer(Outputs.Alerts.Text("two"));
        Until(() => File.Exists(In("b.txt")) && _outputs.Counters.Single(c => c.Output == "file").Delivered == 2);
        Assert.Equal(("one\n", "two\n"), (File.ReadAllText(In("a.txt")), File.ReadAllText(In("b.txt"))));
    }

    [Fact]
    public void What_needs_a_new_start_is_said()
    {
        File.AppendAllText(In("main.yaml"), "falco_libs: {snaplen: 100}\n");
        Until(() => _reloader.Counters.SucceededCount == 1);
        Assert.Contains("'falco_libs'", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("when the sensor is started again", _error.ToString(), StringComparison.Ordinal);
    }

    private void Until(Func<bool> holds)
    {
        if (!SpinWait.SpinUntil(holds, Patience)) Assert.Fail("it did not come to that; the log:\n" + _error);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
    }

    private void WriteRules(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) text.Append($"- rule: rule {i}\n  desc: d\n  condition: evt.type = open\n  output: opened\n  priority: WARNING\n");
        Write("rules.yaml", text.ToString());
    }
}
