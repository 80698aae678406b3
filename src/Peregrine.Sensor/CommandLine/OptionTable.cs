using System.Globalization;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.CommandLine;

/// <summary>Every option, declared once: the parser and the help read this table.</summary>
internal static class OptionTable
{
    /// <summary>The options of the sensor, under the names people know.</summary>
    public static IReadOnlyList<OptionSpec> Sensor { get; } =
    [
        new('c', null, OptionValue.Required, "FILE", "configuration (default: /etc/peregrine/peregrine.yaml, else /etc/falco/falco.yaml)", (o, v) => o.ConfigFile = v),
        new('o', "option", OptionValue.Required, "KEY=VAL", "set a configuration key: a.b=c, list[0]=x, list[]=x; may be repeated", (o, v) => o.Overrides.Add(v!)),
        new('r', null, OptionValue.Required, "FILE", "rules file or folder instead of the configured ones; may be repeated", (o, v) => o.RulesFiles.Add(v!)),
        new('V', "validate", OptionValue.Required, "FILE", "check a rules file and exit; may be repeated", (o, v) => o.ValidateFiles.Add(v!)),
        new('M', null, OptionValue.Required, "SECONDS", "stop after so many seconds", (o, v) => o.Seconds = Number("-M", v!)),
        new('p', "print", OptionValue.Required, "FORMAT", "append to every rule's output; c: container fields, k: Kubernetes too", (o, v) => o.Print = v),
        new('U', "unbuffered", OptionValue.None, null, "write every alert at once", (o, _) => o.Unbuffered = true),
        new('P', "pidfile", OptionValue.Required, "FILE", "write our process id there", (o, v) => o.PidFile = v),
        new('\0', "enable-source", OptionValue.Required, "SOURCE", null, (o, v) => o.EnabledSources.Add(v!)),
        new('\0', "disable-source", OptionValue.Required, "SOURCE", null, (o, v) => o.DisabledSources.Add(v!)),
        new('\0', "dry-run", OptionValue.None, null, "load everything, start nothing", (o, _) => o.DryRun = true),
        new('L', null, OptionValue.None, null, "describe all rules and exit", (o, _) => o.DescribeRules = true),
        new('l', null, OptionValue.Required, "RULE", "describe one rule and exit", (o, v) => o.DescribeRule = v),
        new('\0', "list", OptionValue.Optional, "SOURCE", "list the fields of conditions and outputs and exit", (o, v) => (o.ListFields, o.ListSource) = (true, v)),
        new('\0', "list-events", OptionValue.None, null, "list the events and exit", (o, _) => o.ListEvents = true),
        new('\0', "list-plugins", OptionValue.None, null, "list the plugins and exit", (o, _) => o.ListPlugins = true),
        new('\0', "plugin-info", OptionValue.Required, "NAME", null, (o, v) => o.PluginInfo = v),
        new('N', null, OptionValue.None, null, "only names, with --list", (o, _) => o.NamesOnly = true),
        new('\0', "markdown", OptionValue.None, null, null, (o, _) => o.Format = "markdown"),
        new('\0', "format", OptionValue.Required, "FORMAT", "with the lists: text, markdown or json; with events: of a line", (o, v) => o.Format = v!),
        new('i', null, OptionValue.None, null, "list the syscalls that are ignored by default and exit", (o, _) => o.IgnoredSyscalls = true),
        new('\0', "config-schema", OptionValue.None, null, null, (o, _) => o.ConfigSchema = true),
        new('\0', "rule-schema", OptionValue.None, null, null, (o, _) => o.RuleSchema = true),
        new('\0', "support", OptionValue.None, null, "print what a bug report needs (JSON) and exit", (o, _) => o.Support = true),
        new('\0', "page-size", OptionValue.None, null, null, (o, _) => o.PageSize = true),
        new('v', null, OptionValue.None, null, "say more", (o, _) => o.Verbose = true),
        new('\0', "version", OptionValue.None, null, "print the version and exit", (o, _) => o.Version = true),
        new('h', "help", OptionValue.None, null, "print this help and exit", (o, _) => o.Help = true),
    ];

    /// <summary>Options that only subcommands have.</summary>
    public static IReadOnlyList<OptionSpec> Commands { get; } =
    [
        new('w', "write", OptionValue.Required, "FILE", null, (o, v) => o.WriteFile = v),
        new('\0', "for", OptionValue.Required, "TIME", null, (o, v) => o.Seconds = Duration("--for", v!)),
        new('\0', "filter", OptionValue.Required, "CONDITION", null, (o, v) => o.Filter = v),
        new('\0', "output", OptionValue.Required, "FORMAT", null, (_, _) => throw new UsageException("there is no option --output; the format of a line is --format FORMAT")),
        new('\0', "check", OptionValue.None, null, null, (o, _) => o.Check = true),
        new('\0', "diff", OptionValue.None, null, null, (o, _) => o.Diff = true),
        new('\0', "color", OptionValue.Required, "WHEN", null, (o, v) => o.Color = Colour(v!)),
        new('\0', "fail-on-warnings", OptionValue.None, null, null, (o, _) => o.FailOnWarnings = true),
        new('\0', "junit", OptionValue.Required, "FILE", null, (o, v) => o.JUnitFile = v),
        new('\0', "rule", OptionValue.Required, "NAME", null, (o, v) => o.Rule = v),
        new('e', "capture", OptionValue.Required, "FILE", null, (o, v) => o.CaptureFile = v),
        new('\0', "expand", OptionValue.None, null, null, (o, _) => o.Expand = true),
        new('\0', "event", OptionValue.Required, "N", null, (o, v) => o.Event = ulong.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw new UsageException($"--event needs an event's number, not '{v}'")),
        new('\0', "json", OptionValue.None, null, null, (o, _) => o.Json = true),
        new('\0', "max-size", OptionValue.Required, "SIZE", null, (o, v) => o.MaxSize = Configuration.Quantities.Size(v!) is > 0 and var size ? size : throw new UsageException($"--max-size needs a size such as 100MiB, not '{v}'")),
        new('\0', "rotate", OptionValue.Optional, "FILES", null, (o, v) => o.Rotate = v is null ? 0 : int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw new UsageException($"--rotate needs the number of files to keep, not '{v}'")),
        new('\0', "folded", OptionValue.Required, "FILE", null, (o, v) => o.FoldedFile = v),
        new('\0', "sample", OptionValue.Required, "N", null, (o, v) => o.Sample = int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw new UsageException($"--sample needs how many events come to one that is measured, not '{v}'")),
        new('\0', "pace", OptionValue.Optional, "SPEED", null, (o, v) => o.Pace = v is null ? 1 : Speed(v)),
    ];

    private static ColourChoice Colour(string value) => value switch
    {
        "auto" => ColourChoice.Auto,
        "always" => ColourChoice.Always,
        "never" => ColourChoice.Never,
        _ => throw new UsageException($"--color is auto, always or never, not '{value}'"),
    };

    private static double Speed(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed is >= 0.001 and <= 1_000_000 ? speed : throw new UsageException($"--pace needs a speed such as 1 or 10, not '{value}'");

    private static double Number(string option, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : throw new UsageException($"{option} needs a number of seconds, not '{value}'");

    /// <summary>Seconds of <c>30</c>, <c>30s</c>, <c>500ms</c>, <c>5m</c>, <c>1h</c>.</summary>
    private static double Duration(string option, string value) =>
        Configuration.Quantities.Time(value, plainUnit: 1)?.TotalSeconds ?? throw new UsageException($"{option} needs a time such as 30s or 5m, not '{value}'");
}
