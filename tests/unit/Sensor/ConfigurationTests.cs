using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class ConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-config-");
    private readonly Dictionary<string, string> _environment = [];
    private readonly ConfigSources _sources = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Defaults_are_those_of_the_key_table()
    {
        var config = Read("");
        Assert.Equal(new AlertOptions(Json: false, IncludeOutput: true, IncludeTags: true, IncludeMessage: false, IncludeOutputFields: true, IsoTime: false), config.Alerts);
        Assert.Equal(EngineKind.Kernel, config.Engine.Kind);
        Assert.Equal(AlertPriority.Debug, config.Rules.Priority);
        Assert.False(config.Rules.MatchAll);
        Assert.Equal(TimeSpan.FromSeconds(2), config.Outputs.Timeout);
        Assert.Equal("container", Assert.Single(config.Plugins).Name);
        Assert.Equal(DropActions.Log | DropActions.Alert, config.Drops.Actions);
    }

    [Fact]
    public void Every_default_has_the_type_of_its_key()
    {
        foreach (var key in ConfigKeys.All.Where(k => k.Default is not null))
        {
            switch (key.Type)
            {
                case ConfigType.Boolean:
                    Assert.NotNull(ConfigReader.ParseFlag(key.Default!));
                    break;
                case ConfigType.Integer:
                    Assert.True(long.TryParse(key.Default, out _), key.Path);
                    break;
            }
        }
    }

    [Fact]
    public void Variables_are_expanded_and_can_be_escaped()
    {
        _environment["NAME"] = "worm";
        var config = Read("""
            file_output:
              enabled: true
              filename: /x/${NAME}${MISSING}/$${NAME}
            """);
        Assert.Equal("/x/worm/${NAME}", config.Outputs.File!.Path);
    }

    [Theory]
    [InlineData("json_output=true", true)]
    [InlineData("json_output=False", false)]
    public void Options_override_the_file(string option, bool json) => Assert.Equal(json, Read("json_output: true", option).Alerts.Json);

    [Fact]
    public void Options_reach_nested_keys_elements_and_new_elements()
    {
        var config = Read(
            "rules_files: [a.yaml, b.yaml]",
            "rules_files[1]=c.yaml",
            "rules_files[]=d.yaml",
            "rules[].disable.rule=*",
            "rules[].enable.tag=network",
            "append_output[]={extra_output: 'x=%proc.name', match: {source: syscall}}",
            "http_output.enabled=true",
            "http_output.url=localhost:2801");
        Assert.Equal(["a.yaml", "c.yaml", "d.yaml"], config.Rules.Files);
        Assert.Equal([new RuleSelectionEntry(false, "*", null), new RuleSelectionEntry(true, null, "network")], config.Rules.Selection);
        Assert.Equal(("syscall", "x=%proc.name"), (config.Rules.AppendOutput[0].Source, config.Rules.AppendOutput[0].ExtraOutput));
        Assert.Equal(new Uri("http://localhost:2801"), config.Outputs.Http!.Options.Url);
    }

    [Fact]
    public void Included_files_are_merged_by_their_strategy()
    {
        Write("append.yaml", "rules_files: [added.yaml]\npriority: error\n");
        Write("override.yaml", "load_plugins: []\n");
        Write("add.yaml", "priority: debug\nrule_matching: all\n");
        var config = Read($$"""
            config_files:
              - {{Name("append.yaml")}}
              - path: {{Name("override.yaml")}}
                strategy: override
              - {path: {{Name("add.yaml")}}, strategy: add-only}
              - {{Name("missing.yaml")}}
            rules_files: [main.yaml]
            load_plugins: [container]
            """);
        Assert.Equal(["main.yaml", "added.yaml"], config.Rules.Files);
        Assert.Equal(AlertPriority.Error, config.Rules.Priority);
        Assert.True(config.Rules.MatchAll);
        Assert.Empty(config.Plugins);
    }

    [Fact]
    public void An_included_file_may_not_include()
    {
        Write("nested.yaml", "config_files: [x]\n");
        Assert.Contains("cannot include others", Fails($"config_files: [{Name("nested.yaml")}]"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_warned_about_with_the_nearest_one()
    {
        Write("main.yaml", "json_outputs: true\nhttp_output:\n  user_agnet: x\n  enabled: false\n");
        var loaded = new ConfigLoader(_ => null, _sources).Load(Name("main.yaml"), []);
        Assert.Equal(
            [
                Name("main.yaml") + ":1:1: unknown key 'json_outputs' is ignored; did you mean 'json_output'?",
                Name("main.yaml") + ":3:3: unknown key 'http_output.user_agnet' is ignored; did you mean 'http_output.user_agent'?",
            ],
            loaded.Warnings);
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_shown_with_a_caret()
    {
        var error = Fails("priority: debug\njson_output: maybe\n");
        Assert.Equal($"{Name("main.yaml")}:2:14: 'json_output' must be true or false, not 'maybe'\n  json_output: maybe\n               ^", error);
    }

    [Theory]
    [InlineData("a: [1", "not valid YAML")]
    [InlineData("a: [tru\nb: 1\n", "is not closed")]
    [InlineData("a: {tru\nb: 1\n", "not valid YAML")]
    [InlineData("- a\n- b", "must be a mapping")]
    [InlineData("priority: loud", "'loud' is no priority")]
    [InlineData("engine: {kind: magic}", "'magic' is no kind of engine")]
    [InlineData("engine: {kind: replay}", "engine.replay.capture_file")]
    [InlineData("engine: {modern_ebpf: {cpus_for_each_buffer: -1}}", "between 0 and 1024")]
    [InlineData("falco_libs: {thread_table_auto_purging_interval_s: 0}", "between 1 and")]
    [InlineData("state_limits: {threads: 10}", "between 1MiB and")]
    [InlineData("engine: {modern_ebpf: {buf_size_preset: 11}}", "between 1 and 10")]
    [InlineData("rules_file: a\nrules_files: [b]", "two names of one key")]
    [InlineData("syscall_event_drops: {threshold: 1.1}", "must be a double in the range")]
    [InlineData("syscall_event_drops: {actions: [ignore, log]}", "does not make sense with the \"ignore\" action")]
    [InlineData("load_plugins: [k8saudit]", "'k8saudit'")]
    [InlineData("least_privilege: {keep_capabilities: [CAP_FLY]}", "'CAP_FLY' is no capability")]
    [InlineData("http_output: {enabled: true, url: 'ftp://x'}", "not an http")]
    public void Mistakes_are_explained(string text, string expected) => Assert.Contains(expected, Fails(text), StringComparison.Ordinal);

    [Fact]
    public void A_secret_on_the_shown_line_is_hidden()
    {
        var error = Fails("http_output: {enabled: true, url: 'ftp://user:hunter2@x'}");
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    private string Name(string file) => Path.Combine(_folder.FullName, file);

    private void Write(string file, string text) => File.WriteAllText(Name(file), text);

    private SensorConfiguration Read(string text, params string[] options)
    {
        Write("main.yaml", text);
        return SensorConfigurationReader.Read(new ConfigLoader(_environment.GetValueOrDefault, _sources).Load(Name("main.yaml"), options));
    }

    private string Fails(string text) => _sources.Describe(Assert.Throws<ConfigException>(() => Read(text)));
}
