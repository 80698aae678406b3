using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Makes the typed configuration from what was loaded. Every mistake is a <see cref="ConfigException"/> with its place.</summary>
public static class SensorConfigurationReader
{
    public static SensorConfiguration Read(LoadedConfig loaded)
    {
        var reader = new ConfigReader(loaded.Root);
        var plugins = PluginOptionsReader.Read(reader);
        var outputs = OutputOptionsReader.Read(reader);
        var grpc = GrpcOptionsReader.Read(reader, outputs.Queue.Capacity);
        var engine = EngineReader.Read(reader);
        return new SensorConfiguration
        {
            Files = loaded.Files,
            Engine = engine,
            Rules = RuleOptionsReader.Read(reader),
            Alerts = new AlertOptions(
                reader.Flag("json_output"),
                reader.Flag("json_include_output_property"),
                reader.Flag("json_include_tags_property"),
                reader.Flag("json_include_message_property"),
                reader.Flag("json_include_output_fields_property"),
                reader.Flag("time_format_iso_8601"))
            {
                Base64Buffers = reader.Flag("buffer_format_base64"),
                WithParts = grpc is { ServesAlerts: true } && engine.Kind != EngineKind.Replay,
            },
            Outputs = outputs,
            Log = new LogOptions(reader.Flag("log_stderr"), reader.Flag("log_syslog"), LogLevel(reader), reader.Flag("time_format_iso_8601")),
            Drops = DropOptionsReader.Read(reader),
            LongestSilence = SensorConfiguration.EventTimeout * reader.Integer("syscall_event_timeouts.max_consecutives", 1, uint.MaxValue),
            BaseSyscalls = new BaseSyscallOptions(reader.Texts("base_syscalls.custom_set"), reader.Flag("base_syscalls.repair"), reader.Flag("base_syscalls.all")),
            Plugins = plugins,
            Containers = ContainerOptionsReader.Read(reader, plugins),
            Metrics = MetricsOptionsReader.Read(reader),
            Web = WebOptionsReader.Read(reader),
            Budget = BudgetOptionsReader.Read(reader),
            Grpc = grpc,
            WatchFiles = reader.Flag("watch_config_files"),
            Capture = CaptureOptionsReader.Read(reader),
            Privileges = PrivilegeOptionsReader.Read(reader),
        };
    }

    private static AlertPriority LogLevel(ConfigReader reader)
    {
        var text = reader.Text("log_level");
        return PriorityNames.Parse(text) ?? throw reader.Invalid("log_level", $"'{text}' is no log level; there are {PriorityNames.All}");
    }
}
