namespace Peregrine.Sensor.CommandLine;

/// <summary>What <c>peregrine COMMAND --help</c>, the manual page and completion know of a command.</summary>
/// <param name="Name">The command.</param>
/// <param name="Usage">Its arguments.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">The options it takes, beside <c>--help</c>: long names, or letters where there is no long name.</param>
/// <param name="Details">What else must be known, the exit code among it.</param>
/// <param name="Examples">Whole lines to type.</param>
internal sealed record CommandHelp(string Name, string Usage, string Summary, IReadOnlyList<string> Options, string Details, IReadOnlyList<string> Examples)
{
    /// <summary>Every command, in the order in which the help lists them.</summary>
    public static IReadOnlyList<CommandHelp> All { get; } =
    [
        new("validate", "PATH...", "check rules files, and say what to do about what is wrong", ["json", "fail-on-warnings", "color", "c", "option", "print"],
            "Each mistake is shown with its file, line and column. Files see the definitions of those before them; of folders, all rules files are checked. Exit code: 0 when all files can be loaded, 1 otherwise.",
            ["peregrine validate /etc/peregrine/peregrine_rules.yaml my_rules.yaml"]),
        new("test", "PATH...", "run tests of rules over captures", ["r", "junit", "color", "c", "option", "print"],
            "Runs the tests of files, and of all *.test.yaml below folders. -r puts other rules in the place of those that the tests name. Exit code: 0 when all passed, 1 otherwise.",
            ["peregrine test rules/", "peregrine test rules/ --junit results.xml"]),
        new("explain", "--rule NAME", "show a condition, and why it held for an event or not", ["rule", "capture", "event", "expand", "json", "color", "r", "c", "option", "print"],
            "Without a capture it shows the condition as a tree. With one, and without --event, it takes the first event that the rule matches, or the one that came nearest.",
            ["peregrine explain --rule 'Read sensitive file untrusted'", "peregrine explain --rule 'Read sensitive file untrusted' -e trace.scap --event 1234"]),
        new("fmt", "PATH...", "format rules files in place (- for standard input)", ["check", "diff", "color"],
            "With --check or --diff nothing is written; the exit code is then 1 when a file would change.",
            ["peregrine fmt --check rules/"]),
        new("schema", "rules|tests|config", "print a JSON schema for editors", [],
            "",
            ["peregrine schema rules > rules.schema.json"]),
        new("replay", "FILE", "run a capture through the rules", ["c", "option", "r", "M", "pace", "print", "unbuffered", "enable-source", "disable-source", "v"],
            "The capture may be plain or packed with gzip or zstd; - stands for standard input. Nothing is dropped: a slow output is waited for. Exit code: 0 when the capture was read to its end.",
            ["peregrine replay trace.scap -r my_rules.yaml", "peregrine replay trace.scap.gz --pace=10 -o json_output=true"]),
        new("events", "FILE", "print the events of a capture, or copy them", ["filter", "format", "json", "write"],
            "Prints a line for each event, all or those that fit a condition; with -w it writes them to another capture instead.",
            ["peregrine events trace.scap --filter 'evt.type = execve' --format '%evt.time %proc.cmdline'", "peregrine events trace.scap --filter 'proc.name = sh' -w part.scap.zst"]),
        new("record", "-w FILE", "record what happens on this machine (as root)", ["write", "for", "filter", "max-size", "rotate", "c", "option"],
            "A name that ends in .gz or .zst is packed. It records until --for is over, the size is reached, or a signal ends it.",
            ["peregrine record -w trace.scap.zst --for 30s", "peregrine record -w trace.scap --max-size 100MiB --rotate=5"]),
        new("doctor", "", "check what the sensor needs on this machine", ["json", "c", "option", "r", "print"],
            "Says what is wrong and what to do about it. Exit code: 0 when the sensor can run, 1 otherwise.",
            ["peregrine doctor"]),
        new("profile", "[FILE]", "tell what each step, rule and condition costs", ["for", "sample", "json", "folded", "r", "c", "option"],
            "Runs a capture, or this machine for a while, through the rules. Alerts are made and go nowhere. Without --for, this machine is watched for 10 seconds.",
            ["peregrine profile trace.scap -r my_rules.yaml", "peregrine profile --for 30s"]),
        new("completion", "bash|zsh|fish", "print a script that completes commands and options", [],
            "The shell reads it from the place where it looks for such scripts.",
            ["peregrine completion bash > /etc/bash_completion.d/peregrine", "peregrine completion zsh > \"${fpath[1]}/_peregrine\"", "peregrine completion fish > ~/.config/fish/completions/peregrine.fish"]),
        new("help", "[COMMAND|options|man]", "explain a command or all options, or print the manual page", [],
            "",
            ["peregrine help record", "peregrine help options", "peregrine help man | man -l -"]),
    ];

    public static CommandHelp? Find(string name) => All.FirstOrDefault(c => c.Name == name);

    /// <summary>The options it takes, in the order given here.</summary>
    public IEnumerable<OptionSpec> Specs => [.. Options.Select(OptionTable.Find), OptionTable.Find("help")];
}
