namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about the configuration itself.</summary>
internal static class FileKeys
{
    public static ConfigSection Section { get; } = new(
        "Files",
        "The configuration may be one file or several, and is taken up anew while the sensor runs.",
        [
            new("config_files", ConfigType.Sequence, "[\"/etc/falco/config.d\"]", "Files and folders that are merged into the main file, in order; files of a folder by name. Only top-level keys are merged. An included file cannot include others; what does not exist is skipped. Without the key, it is the folder `config.d` beside a main file that was found at its default place."),
            new("config_files[]", ConfigType.Any, null, "A path, or a mapping with `path` and `strategy`: `append` (the default: sequences are put behind those that are there, other values replace), `override` (all values replace) or `add-only` (only keys that are not there yet)."),
            new("watch_config_files", ConfigType.Boolean, "true", "Changed files of configuration and rules are taken up at once. SIGHUP does it in any case."),
        ]);
}
