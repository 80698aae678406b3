using Peregrine.Rules.Yaml;

namespace Peregrine.Sensor.RuleTests;

/// <summary>A file with tests of rules.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rules">The rules files and folders, in order.</param>
/// <param name="Options">Keys of the configuration, as with <c>-o</c>.</param>
/// <param name="Tests">In the order of the file.</param>
internal sealed record RuleTestFile(string Path, IReadOnlyList<string> Rules, IReadOnlyList<string> Options, IReadOnlyList<RuleTest> Tests);

/// <summary>One test: a capture, and the alerts that must come of it.</summary>
/// <param name="Name">What must hold, in words.</param>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Capture">The capture's path.</param>
/// <param name="Expected">What must come; what none of these asks for must not, unless <paramref name="AllowsOthers"/>.</param>
/// <param name="AllowsOthers">Whether further alerts are no failure.</param>
internal sealed record RuleTest(string Name, int Line, string Capture, IReadOnlyList<ExpectedAlert> Expected, bool AllowsOthers);

/// <summary>Alerts that must come: so many of a rule that fit in everything that is given.</summary>
internal sealed record ExpectedAlert(string Rule, YamlMark Mark)
{
    public long Least { get; init; } = 1;

    public long Most { get; init; } = long.MaxValue;

    /// <summary>The event's number in the capture; null for any.</summary>
    public ulong? Event { get; init; }

    /// <summary>What the output contains; null for any output.</summary>
    public string? Output { get; init; }

    /// <summary>Fields with the values of which one is theirs; null stands for no value.</summary>
    public IReadOnlyList<(string Field, IReadOnlyList<string?> Values)> Fields { get; init; } = [];

    /// <summary>A condition that the event fulfils; null for none.</summary>
    public string? Where { get; init; }

    /// <summary>The number in words.</summary>
    public string Count => (Least, Most) switch
    {
        (0, 0) => "no alert",
        (var n, var m) when n == m => n == 1 ? "1 alert" : $"{n} alerts",
        (0, _) => "any number of alerts",
        (var n, _) => n == 1 ? "an alert" : $"at least {n} alerts",
    };
}
