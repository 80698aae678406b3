using System.Globalization;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.CommandLine;

/// <summary>Every option, declared once: the parser and the help read this table.</summary>
internal static class OptionTable
{
    /// <summary>The options of the sensor, under the names people know.</summary>
    public static IReadOnlyList<OptionSpec> Sensor { get; } =
    [
        new('c', null, OptionValue.Required, "FILE", "the configuration; default: /etc/peregrine/peregrine.yaml, else /etc/falco/falco.yaml", (o, v) => o.ConfigFile = v),
        new('o', "option", OptionValue.Required, "KEY=VAL", "set a configuration key: a.b=c, list[0]=x, list[]=x; may be repeated", (o, v) => o.Overrides.Add(v!)),
        new('r', null, OptionValue.Required, "FILE", "rules file or folder instead of the configured ones; may be repeated", (o, v) => o.RulesFiles.Add(v!)),
        new('V', "validate", OptionValue.Required, "FILE", "check a rules file and exit; may be repeated", (o, v) => o.ValidateFiles.Add(v!)),
        new('M', null, OptionValue.Required, "SECONDS", "stop after so many seconds", (o, v) => o.Seconds = Number("-M", v!)),
        new('p', "print", OptionValue.Required, "FORMAT", "append to every rule's output; c: container fields, k: Kubernetes too", (o, v) => o.Print = v),
        new('U', "unbuffered", OptionValue.None, null, "write every alert at once", (o, _) => o.Unbuffered = true),
        new('P', "pidfile", OptionValue.Required, "FILE", "write our process id there", (o, v) => o.PidFile = v),
        new('\0', "enable-source", OptionValue.Required, "SOURCE", "read events of this source only; may be repeated", (o, v) => o.EnabledSources.Add(v!)),
        new('\0', "disable-source", OptionValue.Required, "SOURCE", "read no events of this source; may be repeated", (o, v) => o.DisabledSources.Add(v!)),
        new('\0', "dry-run", OptionValue.None, null, "load everything, start nothing", (o, _) => o.DryRun = true),
        new('L', null, OptionValue.None, null, "describe all rules and exit", (o, _) => o.DescribeRules = true),
        new('l', null, OptionValue.Required, "RULE", "describe one rule and exit", (o, v) => o.DescribeRule = v),
        new('\0', "list", OptionValue.Optional, "SOURCE", "list the fields of conditions and outputs and exit", (o, v) => (o.ListFields, o.ListSource) = (true, v)),
        new('\0', "list-events", OptionValue.None, null, "list the events and exit", (o, _) => o.ListEvents = true),
        new('\0', "list-plugins", OptionValue.None, null, "list the plugins and exit", (o, _) => o.ListPlugins = true),
        new('\0', "plugin-info", OptionValue.Required, "NAME", "describe a plugin and exit", (o, v) => o.PluginInfo = v),
        new('N', null, OptionValue.None, null, "only names, with --list", (o, _) => o.NamesOnly = true),
        new('\0', "markdown", OptionValue.None, null, "with --list, --list-events and --config-schema: as Markdown", (o, _) => o.Format = "markdown"),
        new('\0', "format", OptionValue.Required, "FORMAT", "with the lists: text, markdown or json; with events: of a line, with %fields", (o, v) => o.Format = v!),
        new('i', null, OptionValue.None, null, "list the system calls that are ignored by default and exit", (o, _) => o.IgnoredSyscalls = true),
        new('\0', "config-schema", OptionValue.None, null, "print the configuration's JSON schema and exit", (o, _) => o.ConfigSchema = true),
        new('\0', "rule-schema", OptionValue.None, null, "print the JSON schema of rules files and exit", (o, _) => o.RuleSchema = true),
        new('\0', "support", OptionValue.None, null, "print what a bug report needs (JSON, without secrets) and exit", (o, _) => o.Support = true),
        new('\0', "page-size", OptionValue.None, null, "print the size of a memory page and exit", (o, _) => o.PageSize = true),
        new('v', null, OptionValue.None, null, "say more: log_level=debug", (o, _) => o.Verbose = true),
        new('\0', "version", OptionValue.None, null, "print the version and exit", (o, _) => o.Version = true),
        new('h', "help", OptionValue.None, null, "print a help text and exit", (o, _) => o.Help = true),
    ];

    /// <summary>Options that only commands have; <see cref="CommandHelp.Options"/> says which.</summary>
    public static IReadOnlyList<OptionSpec> Commands { get; } =
    [
        new('w', "write", OptionValue.Required, "FILE", "the capture to write", (o, v) => o.WriteFile = v),
        new('\0', "for", OptionValue.Required, "TIME", "stop after this time: 30s, 5m, 1h", (o, v) => o.Seconds = Duration("--for", v!)),
        new('\0', "filter", OptionValue.Required, "CONDITION", "only events that fit the condition", (o, v) => o.Filter = v),
        new('\0', "check", OptionValue.None, null, "write nothing, say what would change", (o, _) => o.Check = true),
        new('\0', "event", OptionValue.Required, "N", "the event's number, as evt.num shows it", (o, v) => o.Event = ulong.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw new UsageException($"--event needs an event's number, not '{v}'")),
        new('\0', "json", OptionValue.None, null, "as JSON", (o, _) => o.Json = true),
        new('\0', "diff", OptionValue.None, null, "show what would change", (o, _) => o.Diff = true),
        new('\0', "color", OptionValue.Required, "WHEN", "colours: auto, always or never", (o, v) => o.Color = Colour(v!)),
        new('\0', "fail-on-warnings", OptionValue.None, null, "exit with 1 for warnings too", (o, _) => o.FailOnWarnings = true),
        new('\0', "junit", OptionValue.Required, "FILE", "write the results there as JUnit XML", (o, v) => o.JUnitFile = v),
        new('\0', "rule", OptionValue.Required, "NAME", "the rule", (o, v) => o.Rule = v),
        new('e', "capture", OptionValue.Required, "FILE", "a capture with events", (o, v) => o.CaptureFile = v),
        new('\0', "expand", OptionValue.None, null, "follow every macro and part", (o, _) => o.Expand = true),
        new('\0', "max-size", OptionValue.Required, "SIZE", "end a file at this size: 100MiB", (o, v) => o.MaxSize = Configuration.Quantities.Size(v!) is > 0 and var size ? size : throw new UsageException($"--max-size needs a size such as 100MiB, not '{v}'")),
        new('\0', "rotate", OptionValue.Optional, "FILES", "go on with another file, and keep so many", (o, v) => o.Rotate = v is null ? 0 : int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw new UsageException($"--rotate needs the number of files to keep, not '{v}'")),
        new('\0', "folded", OptionValue.Required, "FILE", "write stacks for a flame graph there", (o, v) => o.FoldedFile = v),
        new('\0', "sample", OptionValue.Required, "N", "measure one event of so many", (o, v) => o.Sample = int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw new UsageException($"--sample needs how many events come to one that is measured, not '{v}'")),
        new('\0', "pace", OptionValue.Optional, "SPEED", "at the speed of the recording, or so many times faster", (o, v) => o.Pace = v is null ? 1 : Speed(v)),
    ];

    /// <summary>Options that were: they answer with what to write instead, and no help shows them.</summary>
    public static IReadOnlyList<OptionSpec> Former { get; } =
    [
        new('\0', "output", OptionValue.Required, "FORMAT", "", (_, _) => throw new UsageException("there is no option --output; the format of a line is --format FORMAT")),
    ];

    /// <summary>The option with this long name, or this letter.</summary>
    public static OptionSpec Find(string name) => Sensor.Concat(Commands).First(s => s.Long == name || (name.Length == 1 && s.Short == name[0]));

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
