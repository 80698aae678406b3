using Peregrine.Rules;

namespace Peregrine.Sensor.Profiling;

/// <summary>What a rule took, reckoned from samples for all events.</summary>
/// <param name="Evaluations">Events for which its condition had to be asked.</param>
/// <param name="Nanoseconds">Its part of the time.</param>
internal readonly record struct RuleFigures(double Evaluations, double Nanoseconds);

/// <summary>What a profile said at one moment. Immutable.</summary>
internal sealed record ProfileFigures
{
    public required long Events { get; init; }

    /// <summary>One event of so many was measured.</summary>
    public required int Interval { get; init; }

    /// <summary>Nanoseconds for an event, by <see cref="ProfileStep"/>.</summary>
    public required IReadOnlyList<double> Steps { get; init; }

    /// <summary>By the rules' names.</summary>
    public required IReadOnlyDictionary<string, RuleFigures> Rules { get; init; }

    /// <summary>What the rules in force ask, reckoned for all events; empty when that was not wanted.</summary>
    public required IReadOnlyList<ConditionPartCost> Parts { get; init; }

    /// <summary>Nanoseconds for an event, all steps together.</summary>
    public double Total => Steps.Sum();

    /// <summary>With what another worker measured, for the same events: it has asked the rules about some of them.</summary>
    public ProfileFigures With(ProfileFigures other)
    {
        var rules = new Dictionary<string, RuleFigures>(Rules, StringComparer.Ordinal);
        foreach (var (rule, cost) in other.Rules)
            rules[rule] = rules.TryGetValue(rule, out var own) ? new RuleFigures(own.Evaluations + cost.Evaluations, own.Nanoseconds + cost.Nanoseconds) : cost;
        return this with
        {
            Steps = [.. Steps.Select((step, i) => Events == 0 ? step : step + other.Steps[i] * other.Events / Events)],
            Rules = rules,
        };
    }

    public static string NameOf(ProfileStep step) => step switch
    {
        ProfileStep.Read => "read",
        ProfileStep.State => "state",
        ProfileStep.Match => "match",
        _ => "format",
    };
}
