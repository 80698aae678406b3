namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about the sensor's own log.</summary>
internal static class LogKeys
{
    public static ConfigSection Section { get; } = new(
        "Log",
        "What the sensor says of itself. Alerts are no part of it.",
        [
            new("log_stderr", ConfigType.Boolean, "true", "To standard error. Where that is the journal, lines carry their priority and no time."),
            new("log_syslog", ConfigType.Boolean, "true", "To the syslog daemon of this machine."),
            new("log_level", ConfigType.Text, "info", "The least grave messages that are logged: `emergency`, `alert`, `critical`, `error`, `warning`, `notice`, `info` or `debug`."),
            new("libs_logger.enabled", ConfigType.Boolean, "true", "Whether the engine's libraries log.") { Inert = "There is one log, with one level: `log_level`." },
            new("libs_logger.severity", ConfigType.Text, "info", "The least grave messages of the engine's libraries.") { Inert = "There is one log, with one level: `log_level`." },
        ]);
}
