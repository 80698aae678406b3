using Peregrine.Events;
using Peregrine.Outputs;
using Peregrine.Sensor.Engine;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Reloading;

public sealed class ReloaderTests : IDisposable
{
    private readonly IdleSensor _sensor = new("webserver: {enabled: false}");

    private Session Session => _sensor.Session;

    public void Dispose() => _sensor.Dispose();

    [Fact]
    public void A_changed_rules_file_is_in_force_without_being_asked_for()
    {
        _sensor.WriteRules(3);
        _sensor.Until(() => Session.Rules.EnabledCount == 3);
        Assert.Equal(2, Session.Current.Number);
    }

    [Fact]
    public void A_changed_configuration_is_in_force()
    {
        File.AppendAllText(_sensor.In("main.yaml"), "json_output: true\n");
        _sensor.Until(() => Session.Configuration.Alerts.Json);
    }

    [Fact]
    public void What_is_written_is_recorded_for_rules_that_show_it_and_for_captures()
    {
        const string rule = "- rule: Written\n  desc: d\n  condition: evt.type = sendto\n  output: o\n  priority: INFO\n";
        Assert.Empty(Session.Current.WithData);
        _sensor.Write("rules.yaml", rule.Replace("output: o", "output: o %evt.buffer", StringComparison.Ordinal));
        _sensor.Until(() => Session.Current.WithData.SetEquals([SyscallCode.Sendto]));
        _sensor.Write("rules.yaml", rule);
        _sensor.Until(() => Session.Current.WithData.Count == 0);
        File.AppendAllText(_sensor.In("main.yaml"), $"capture: {{enabled: true, path_prefix: {_sensor.In("capture")}}}\n");
        _sensor.Until(() => Session.Current.WithData.SetEquals(Session.Current.Syscalls));
    }

    [Fact]
    public void A_file_that_joins_an_included_folder_is_in_force()
    {
        _sensor.Write("config.d/more.yaml", "priority: error\n");
        _sensor.Until(() => Session.Configuration.Rules.Priority == AlertPriority.Error);
    }

    [Fact]
    public void What_is_asked_for_is_done_though_nothing_changed()
    {
        _sensor.Reloader.Request();
        _sensor.Until(() => Session.Reloads.SucceededCount == 1);
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
        var before = Session.Current;
        _sensor.Write(file, content);
        _sensor.Until(() => Session.Reloads.RefusedCount == 1);
        Assert.Contains(error, Session.Reloads.LastError, StringComparison.Ordinal);
        Assert.Contains("Reload refused", _sensor.Log, StringComparison.Ordinal);
        Assert.Same(before, Session.Current);
        _sensor.WriteRules(2);
        _sensor.Write("main.yaml", _sensor.Main("webserver: {enabled: false}"));
        _sensor.Until(() => Session.Rules.EnabledCount == 2 && Session.Reloads.LastError is null);
    }

    [Fact]
    public void A_file_that_only_a_refused_version_names_is_watched_too()
    {
        _sensor.Write("other.yaml", "- rule: [");
        _sensor.Write("main.yaml", File.ReadAllText(_sensor.In("main.yaml")).Replace("rules.yaml", "other.yaml", StringComparison.Ordinal));
        _sensor.Until(() => Session.Reloads.RefusedCount == 1);
        _sensor.Write("other.yaml", "- list: empty\n  items: []\n");
        _sensor.Until(() => Session.Rules.EnabledCount == 0);
    }

    [Fact]
    public void The_same_garbage_is_refused_every_time_it_is_written()
    {
        for (var round = 1; round <= 20; round++)
        {
            _sensor.Write("rules.yaml", "- rule: [");
            _sensor.Until(() => Session.Reloads.RefusedCount == round);
        }
        Assert.Equal(1, Session.Current.Number);
    }

    [Fact]
    public void A_file_that_is_emptied_for_good_is_taken_as_it_is()
    {
        using (new FileStream(_sensor.In("rules.yaml"), FileMode.Truncate, FileAccess.Write))
        {
        }
        _sensor.Until(() => Session.Rules.EnabledCount == 0);
    }

    [Fact]
    public void Files_are_left_alone_when_they_shall_not_be_watched()
    {
        File.AppendAllText(_sensor.In("main.yaml"), "watch_config_files: false\n");
        _sensor.Until(() => !Session.Configuration.WatchFiles);
        _sensor.WriteRules(5);
        Thread.Sleep(300);
        Assert.Equal(1, Session.Rules.EnabledCount);
        _sensor.Reloader.Request();
        _sensor.Until(() => Session.Rules.EnabledCount == 5);
    }

    [Fact]
    public void An_output_with_the_same_settings_runs_on_and_others_are_exchanged()
    {
        var stdout = Assert.Single(Session.Current.Outputs);
        File.AppendAllText(_sensor.In("main.yaml"), $"file_output: {{enabled: true, filename: {_sensor.In("a.txt")}}}\n");
        _sensor.Until(() => Session.Current.Outputs.Count == 2);
        Assert.Same(stdout, Session.Current.Outputs[0]);
        _sensor.Outputs.Offer(UnitTests.Outputs.Alerts.Text("one"));
        _sensor.Write("main.yaml", File.ReadAllText(_sensor.In("main.yaml")).Replace("a.txt", "b.txt", StringComparison.Ordinal));
        _sensor.Until(() => Session.Reloads.SucceededCount == 2);
        _sensor.Outputs.Offer(UnitTests.Outputs.Alerts.Text("two"));
        _sensor.Until(() => File.Exists(_sensor.In("b.txt")) && _sensor.Outputs.Counters.Single(c => c.Output == "file").Delivered == 2);
        Assert.Equal(("one\n", "two\n"), (File.ReadAllText(_sensor.In("a.txt")), File.ReadAllText(_sensor.In("b.txt"))));
    }

    [Fact]
    public void What_needs_a_new_start_is_said()
    {
        File.AppendAllText(_sensor.In("main.yaml"), "falco_libs: {snaplen: 100}\n");
        _sensor.Until(() => Session.Reloads.SucceededCount == 1);
        Assert.Contains("'falco_libs'", _sensor.Log, StringComparison.Ordinal);
        Assert.Contains("when the sensor is started again", _sensor.Log, StringComparison.Ordinal);
    }
}
