using System.Diagnostics;
using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>What one condition took.</summary>
/// <param name="Evaluations">Profiled events for which it had to be asked: neither their type nor what was remembered of their process and descriptor ruled it out.</param>
/// <param name="Nanoseconds">Its part of the time.</param>
public readonly record struct ConditionCost(long Evaluations, double Nanoseconds);

/// <summary>What one part of conditions took, for events of one type.</summary>
/// <param name="Type">The events' type.</param>
/// <param name="Text">What it asks.</param>
/// <param name="Conditions">The numbers of the conditions that have it.</param>
/// <param name="Evaluations">How often it was asked about profiled events.</param>
/// <param name="Held">How often the answer was yes.</param>
/// <param name="Nanoseconds">How long asking took.</param>
public sealed record PartCost(EventType Type, string Text, IReadOnlyList<int> Conditions, long Evaluations, long Held, double Nanoseconds);

/// <summary>What asking the conditions of a set took, for the events that were asked about with it. Belongs to one worker.</summary>
public sealed class MatchProfile
{
    private const int Calibrations = 2_000;

    private readonly ProgramProfile?[] _programs;
    private readonly int _conditions;

    internal MatchProfile(ProgramProfile?[] programs, int conditions) => (_programs, _conditions) = (programs, conditions);

    /// <summary>A measurement of so many ticks, 50 µs, was interrupted by other work of the machine, and tells nothing of what was measured.</summary>
    public static long Interrupted { get; } = Stopwatch.Frequency / 20_000;

    /// <summary>What a measurement measures of itself, nanoseconds: the least of many.</summary>
    public static double Overhead { get; } = Calibrate();

    /// <summary>Of each condition of the set, by its number.</summary>
    public ConditionCost[] Conditions()
    {
        var evaluations = new long[_conditions];
        var times = new double[_conditions];
        foreach (var profile in _programs)
        {
            if (profile is null) continue;
            // Each step's time holds one measurement; its sharers bear that together, too.
            var net = Net(profile);
            for (var i = 0; i < profile.Program.Numbers.Length; i++)
            {
                evaluations[profile.Program.Numbers[i]] += profile.ConditionEvaluations[i];
                times[profile.Program.Numbers[i]] += profile.ConditionTicks[i] * net;
            }
        }
        return [.. evaluations.Zip(times, static (count, time) => new ConditionCost(count, time))];
    }

    /// <summary>All parts that were asked, in no order.</summary>
    public IEnumerable<PartCost> Parts()
    {
        foreach (var profile in _programs)
        {
            if (profile is null) continue;
            for (var step = 0; step < profile.Evaluations.Length; step++)
            {
                if (profile.Evaluations[step] == 0) continue;
                yield return new PartCost(profile.Type, profile.Program.TextOf(step), profile.Program.ConditionsOf(step), profile.Evaluations[step], profile.Held[step], Time(profile, step));
            }
        }
    }

    internal StepTimes? Of(EventType type) => _programs[(int)type] is { } program ? new StepTimes(program) : null;

    private static double Time(ProgramProfile profile, int step) => Math.Max(0, profile.Ticks[step] * NanosecondsPerTick - profile.Evaluations[step] * Overhead);

    /// <summary>Nanoseconds for a tick, less the measuring's own.</summary>
    private static double Net(ProgramProfile profile)
    {
        double gross = 0, net = 0;
        for (var step = 0; step < profile.Ticks.Length; step++) (gross, net) = (gross + profile.Ticks[step], net + Time(profile, step));
        return gross > 0 ? net / gross : 0;
    }

    private static double NanosecondsPerTick => 1e9 / Stopwatch.Frequency;

    private static double Calibrate()
    {
        var least = long.MaxValue;
        for (var i = 0; i < Calibrations; i++)
        {
            var start = Stopwatch.GetTimestamp();
            least = Math.Min(least, Stopwatch.GetTimestamp() - start);
        }
        return least * NanosecondsPerTick;
    }
}
