using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.CommandLine;

/// <summary>What the command line asks for.</summary>
public sealed class CommandLineOptions
{
    /// <summary>The subcommand; null for the sensor itself.</summary>
    public string? Command { get; set; }

    /// <summary>Words that are neither options nor values of options.</summary>
    public List<string> Arguments { get; } = [];

    public bool Help { get; set; }

    public string? ConfigFile { get; set; }

    public List<string> Overrides { get; } = [];

    /// <summary>With what other options mean as a key.</summary>
    public IReadOnlyList<string> EffectiveOverrides => Verbose ? [.. Overrides, "log_level=debug"] : Overrides;

    public List<string> RulesFiles { get; } = [];

    public List<string> ValidateFiles { get; } = [];

    public bool DescribeRules { get; set; }

    public string? DescribeRule { get; set; }

    public bool ListFields { get; set; }

    /// <summary>Only fields of this source.</summary>
    public string? ListSource { get; set; }

    public bool ListEvents { get; set; }

    public bool ListPlugins { get; set; }

    public string? PluginInfo { get; set; }

    public bool IgnoredSyscalls { get; set; }

    public bool NamesOnly { get; set; }

    public bool ConfigSchema { get; set; }

    public bool RuleSchema { get; set; }

    /// <summary>How lists are printed: text (also when it is null), markdown or json. For <c>events</c>: the format of a line.</summary>
    public string? Format { get; set; }

    public double? Seconds { get; set; }

    public List<string> EnabledSources { get; } = [];

    public List<string> DisabledSources { get; } = [];

    public bool DryRun { get; set; }

    public string? Print { get; set; }

    public string? PidFile { get; set; }

    public bool Support { get; set; }

    public bool Unbuffered { get; set; }

    public bool Verbose { get; set; }

    public bool Version { get; set; }

    public bool PageSize { get; set; }

    /// <summary><c>-w</c> of <c>record</c> and <c>events</c>.</summary>
    public string? WriteFile { get; set; }

    /// <summary><c>--filter</c> of <c>events</c> and <c>record</c>.</summary>
    public string? Filter { get; set; }

    public bool Json { get; set; }

    /// <summary><c>--max-size</c> of <c>record</c>, bytes.</summary>
    public long? MaxSize { get; set; }

    /// <summary><c>--rotate</c> of <c>record</c>: how many files are kept, 0 for all; null for one file.</summary>
    public int? Rotate { get; set; }

    /// <summary><c>--pace</c> of <c>replay</c>: how many times faster than recorded; null for as fast as it goes.</summary>
    public double? Pace { get; set; }

    /// <summary><c>--folded</c> of <c>profile</c>: where stacks for a flame graph go.</summary>
    public string? FoldedFile { get; set; }

    /// <summary><c>--sample</c> of <c>profile</c>: one event of so many is measured.</summary>
    public int? Sample { get; set; }

    /// <summary><c>--check</c> of <c>fmt</c>.</summary>
    public bool Check { get; set; }

    /// <summary><c>--diff</c> of <c>fmt</c>.</summary>
    public bool Diff { get; set; }

    /// <summary><c>--color</c> of the commands that print for people.</summary>
    public ColourChoice Color { get; set; }

    /// <summary><c>--fail-on-warnings</c> of <c>validate</c>.</summary>
    public bool FailOnWarnings { get; set; }

    /// <summary><c>--junit</c> of <c>test</c>: where the results go as XML.</summary>
    public string? JUnitFile { get; set; }

    /// <summary><c>--rule</c> of <c>explain</c>.</summary>
    public string? Rule { get; set; }

    /// <summary><c>-e</c> of <c>explain</c>.</summary>
    public string? CaptureFile { get; set; }

    /// <summary><c>--expand</c> of <c>explain</c>: follow every macro and part.</summary>
    public bool Expand { get; set; }

    /// <summary><c>--event</c> of <c>explain</c>: the event's number.</summary>
    public ulong? Event { get; set; }
}
