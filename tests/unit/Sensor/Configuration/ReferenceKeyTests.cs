using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Peregrine.Sensor.Configuration;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Configuration;

/// <summary>Every key that the reference has is known here, with its type and default, and does something or says why not.</summary>
public sealed class ReferenceKeyTests
{
    /// <summary>Defaults of the reference's shipped file that are not those of the program, and ours that differ, with the reason.</summary>
    private static readonly Dictionary<string, string> OtherDefaults = new()
    {
        ["append_output"] = "the shipped file asks for suggested fields, the program does not",
        ["load_plugins"] = "an absent key loads all plugins, an empty list none",
    };

    /// <summary>What must be on for a key to matter.</summary>
    private static readonly string[] AllOn =
    [
        "file_output.enabled=true", "program_output.enabled=true", "http_output.enabled=true", "http_output.url=https://localhost/", "http_output.mtls=true", "http_output.spool.enabled=true", "capture.enabled=true",
        "capture.flight_recorder.enabled=true", "metrics.enabled=true", "webserver.ssl_enabled=true", "grpc.enabled=true", "engine.modern_ebpf.cpus_for_each_buffer=2",
    ];

    /// <summary>Values that a key can have, where "another number" or "another text" is none.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["append_output"] = "[{extra_output: x}]",
        ["append_output[].extra_fields"] = "[{extra_fields: [proc.name]}]",
        ["append_output[].extra_fields[]"] = "[{extra_fields: [{a: b}]}]",
        ["append_output[].extra_output"] = "[{extra_output: x}]",
        ["append_output[].match.rule"] = "[{match: {rule: x}}]",
        ["append_output[].match.source"] = "[{match: {source: x}}]",
        ["append_output[].match.tags"] = "[{match: {tags: [x]}}]",
        ["append_output[].match.tags[]"] = "[{match: {tags: [y]}}]",
        ["append_output[].suggested_output"] = "[{suggested_output: true}]",
        ["budget.memory"] = "77MiB",
        ["capture.mode"] = "all_rules",
        ["capture.compression"] = "zstd",
        ["capture.flight_recorder.duration"] = "7s",
        ["capture.flight_recorder.memory"] = "7MiB",
        ["container_metadata.request_timeout_ms"] = "77",
        ["engine.kind"] = "nodriver",
        ["host_names"] = "hosts_file",
        ["http_output.url"] = "https://elsewhere/",
        ["http_output.retry.initial_delay"] = "7ms",
        ["http_output.retry.max_delay"] = "7s",
        ["http_output.spool.max_size"] = "7MiB",
        ["http_output.timeout"] = "7s",
        ["least_privilege.keep_capabilities"] = "[CAP_KILL]",
        ["least_privilege.keep_capabilities[]"] = "[CAP_KILL]",
        ["log_level"] = "debug",
        ["metrics.interval"] = "7m",
        ["outputs_queue.memory"] = "7MiB",
        ["outputs_queue.when_full"] = "drop_oldest",
        ["plugins"] = "[{name: a, library_path: b}]",
        ["plugins[].init_config"] = "[{name: container, init_config: {label_max_len: 7}}]",
        ["plugins[].library_path"] = "[{name: container, library_path: b}]",
        ["plugins[].name"] = "[{name: a}]",
        ["plugins[].open_params"] = "[{name: container, open_params: x}]",
        ["load_plugins"] = "[]",
        ["load_plugins[]"] = "[]",
        ["program_output.timeout"] = "7s",
        ["syslog_output.address"] = "udp://127.0.0.1:7",
        ["syslog_output.facility"] = "daemon",
        ["syslog_output.format"] = "rfc5424",
        ["syslog_output.framing"] = "newline",
        ["syslog_output.timeout"] = "7s",
        ["priority"] = "error",
        ["rule_matching"] = "all",
        ["rules"] = "[{enable: {rule: x}}]",
        ["rules[].disable.rule"] = "[{disable: {rule: x}}]",
        ["rules[].disable.tag"] = "[{disable: {tag: x}}]",
        ["rules[].enable.rule"] = "[{enable: {rule: x}}]",
        ["rules[].enable.tag"] = "[{enable: {tag: x}}]",
        ["rules_semantics"] = "strict",
        ["engine.workers"] = "2",
        ["state_limits.threads"] = "7MiB",
        ["state_limits.descriptors"] = "7MiB",
        ["static_fields"] = "{a: b}",
        ["syscall_event_drops.actions"] = "[exit]",
        ["syscall_event_drops.actions[]"] = "[exit]",
        ["webserver.k8s_healthz_endpoint"] = "/other",
        ["webserver.listen_address"] = "127.0.0.1",
        ["grpc.bind_address"] = "127.0.0.1:5060",
    };

    public static TheoryData<string> OurKeys => [.. ConfigKeys.All.Select(k => k.Path)];

    [Fact]
    public void Every_key_of_the_reference_is_known_with_its_type_and_default()
    {
        using var reference = ReadReference();
        foreach (var expected in reference.RootElement.EnumerateArray())
        {
            var path = expected.GetProperty("key").GetString()!;
            var key = ConfigKeys.Find(path);
            Assert.True(key is not null, path);
            var type = path == "static_fields" ? "object" : key.Type switch { ConfigType.Boolean => "boolean", ConfigType.Integer => "integer", ConfigType.Number => "number", ConfigType.Text => "string", ConfigType.Sequence => "array", _ => "any" };
            Assert.Equal((path, expected.GetProperty("type").GetString()), (path, type));
            if (expected.TryGetProperty("values", out var values)) Assert.Equal(values.EnumerateArray().Select(v => v.GetString()), key.Values);
            if (!expected.TryGetProperty("default", out var value) || OtherDefaults.ContainsKey(path)) continue;
            var theirs = value.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => value.GetString(), _ => Compact(value.GetRawText()) };
            Assert.Equal((path, theirs), (path, key.Default is { } ours && value.ValueKind == JsonValueKind.Array ? Compact(ours) : key.Default));
        }
    }

    [Theory]
    [MemberData(nameof(OurKeys))]
    public void Every_key_changes_the_configuration_or_says_why_not(string path)
    {
        var key = ConfigKeys.Find(path)!;
        Assert.True(key.Help.EndsWith('.'), "its help is no sentence");
        // The files that it names are read before there is a configuration.
        if (path.StartsWith("config_files", StringComparison.Ordinal)) return;
        var before = Describe(Read([]));
        var after = Describe(Read([.. Setting(key)]));
        if (key.Inert is null) Assert.NotEqual(before, after);
        else Assert.Equal(before, after);
    }

    [Fact]
    public void A_key_without_effect_is_told_with_the_reason()
    {
        var loaded = Load(["metrics.jemalloc_stats_enabled=true", "libs_logger.enabled=yes"]);
        Assert.Equal(["option -o metrics.jemalloc_stats_enabled=true: 'metrics.jemalloc_stats_enabled' has no effect: " + ConfigKeys.Find("metrics.jemalloc_stats_enabled")!.Inert], loaded.Warnings);
    }

    private static JsonDocument ReadReference() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "unit", "Reference", "config_keys.json")));

    private static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    /// <summary>Options that give the key another value than its default.</summary>
    private static IEnumerable<string> Setting(ConfigKey key)
    {
        var root = key.Path.Split('[')[0];
        if (key.Path.StartsWith("engine.kmod.", StringComparison.Ordinal)) yield return "engine.kind=kmod";
        if (key.Path is "engine.replay.capture_file") yield return "engine.kind=replay";
        if (key.Path is "rule_files" or "rule_files[]" or "rules_file" or "rules_file[]" or "rules_files[]" or "base_syscalls.custom_set[]") yield return $"{root}=[other]";
        else if (Others.TryGetValue(key.Path, out var other)) yield return $"{root}={other}";
        else yield return key.Path + "=" + (key.Type switch
        {
            ConfigType.Boolean => key.Default == "true" || AllOn.Contains(key.Path + "=true") ? "false" : "true",
            ConfigType.Integer => key.Default == "1" ? "2" : "3",
            ConfigType.Number => "0.25",
            ConfigType.Sequence => "[other]",
            _ => "other",
        });
    }

    private static LoadedConfig Load(IReadOnlyList<string> options) => new ConfigLoader(static _ => null, new ConfigSources()).Load("/dev/null", options);

    private static SensorConfiguration Read(IReadOnlyList<string> options)
    {
        // Later options win: what is asked for stands behind what must be on, and before where it switches something off.
        var all = AllOn.Where(on => !options.Any(o => o.StartsWith(on.Split('=')[0] + "=", StringComparison.Ordinal))).Concat(options).ToList();
        return SensorConfigurationReader.Read(Load(all));
    }

    /// <summary>All values, whatever their depth: two configurations with one text are equal.</summary>
    private static string Describe(object? value)
    {
        var text = new StringBuilder();
        Describe(value, text);
        return text.ToString();
    }

    private static void Describe(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or ValueType or Uri or System.Net.EndPoint:
                text.Append(value);
                break;
            case ConfigNode node:
                text.Append(node.ToFlow());
                break;
            case IEnumerable all:
                text.Append('[');
                foreach (var item in all) Describe(item, text.Append(';'));
                text.Append(']');
                break;
            default:
                text.Append('{');
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
                    Describe(property.GetValue(value), text.Append(' ').Append(property.Name).Append('='));
                text.Append('}');
                break;
        }
    }
}
