using System.Diagnostics;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Profiling;

/// <summary>What an event goes through.</summary>
internal enum ProfileStep
{
    /// <summary>From the end of the event before to its own beginning.</summary>
    Read,
    State,
    Match,
    /// <summary>Making alerts of what matched.</summary>
    Format,
}

/// <summary>
/// Measures what events cost, one of many: in turns the steps, and the parts of the conditions. Between two samples it costs a subtraction. Belongs to the worker.
/// </summary>
internal sealed class SensorProfile
{
    /// <summary>For <c>peregrine profile</c>: dense enough for a few seconds. Prime, so that it does not fall in step with a loop.</summary>
    public const int DenseInterval = 31;

    /// <summary>For a sensor that runs on and on: under a nanosecond for each event.</summary>
    public const int SparseInterval = 1021;

    private readonly long[] _ticks = new long[Enum.GetValues<ProfileStep>().Length];
    private Dictionary<string, RuleFigures> _former = new(StringComparer.Ordinal);
    private RuleProfile _rules;
    private long _mark;
    private long _readSince;
    private int _left;
    private bool _parts;

    /// <param name="interval">One event of so many is measured.</param>
    /// <param name="rules">The rules in force.</param>
    public SensorProfile(int interval, RuleEngine rules)
    {
        Interval = _left = interval;
        _rules = rules.NewProfile();
    }

    public int Interval { get; }

    /// <summary>Events seen.</summary>
    public long Events { get; private set; }

    /// <summary>Takes down what the rules' conditions took, when this sample is for that.</summary>
    public RuleProfile? Rules => _parts ? _rules : null;

    /// <summary>A profile when the configuration wants one all the time.</summary>
    public static SensorProfile? For(SensorConfiguration configuration, RuleEngine rules) =>
        configuration.Metrics is { Enabled: true, RuleCosts: true } ? new SensorProfile(SparseInterval, rules) : null;

    /// <summary>Goes on with other rules; what the former ones took stays counted under their names.</summary>
    public void TakeUp(RuleEngine rules)
    {
        _former = RuleCosts();
        _rules = rules.NewProfile();
    }

    /// <summary>Begins with an event. True when it is to be measured.</summary>
    public bool Begin()
    {
        Events++;
        if (--_left > 0) return false;
        _left = Interval;
        var now = Stopwatch.GetTimestamp();
        if (_readSince != 0) Add(ProfileStep.Read, now - _readSince);
        _parts = !_parts;
        _mark = now;
        return true;
    }

    /// <summary>A step of a measured event is done.</summary>
    public void Done(ProfileStep step)
    {
        var now = Stopwatch.GetTimestamp();
        // While each part is measured, their sum is not what matching takes.
        if (step != ProfileStep.Match || !_parts) Add(step, now - _mark);
        _mark = now;
    }

    /// <summary>An alert was made. These are few: all are measured.</summary>
    public void Formatted(long since)
    {
        var took = Stopwatch.GetTimestamp() - since;
        Add(ProfileStep.Format, took);
        _mark += took;
    }

    /// <summary>The event is done.</summary>
    public void End() => _readSince = _left == 1 ? Stopwatch.GetTimestamp() : 0;

    /// <summary>The worker does other things between two events, or sleeps: that is not the next event's time.</summary>
    public void Pause() => _readSince = 0;

    /// <summary>What was measured up to now.</summary>
    /// <param name="withParts">Whether the parts of conditions are wanted; with many rules it takes a while to write them down, during which the worker does nothing else.</param>
    public ProfileFigures Figures(bool withParts) => new()
    {
        Events = Events,
        Interval = Interval,
        Steps = [.. Enum.GetValues<ProfileStep>().Select(NanosecondsPerEvent)],
        Rules = RuleCosts(),
        Parts = !withParts ? [] : [.. _rules.Parts().Select(p => p with { Evaluations = p.Evaluations * PartWeight, Held = p.Held * PartWeight, Nanoseconds = p.Nanoseconds * PartWeight })],
    };

    /// <summary>For how many events a sample of the parts stands: every other one is of these.</summary>
    private int PartWeight => 2 * Interval;

    /// <summary>By name, what the former rules took and what those in force took so far.</summary>
    private Dictionary<string, RuleFigures> RuleCosts()
    {
        var costs = new Dictionary<string, RuleFigures>(_former, StringComparer.Ordinal);
        foreach (var cost in _rules.Rules())
        {
            var sum = costs.GetValueOrDefault(cost.Rule.Name);
            costs[cost.Rule.Name] = new RuleFigures(sum.Evaluations + (double)cost.Evaluations * PartWeight, sum.Nanoseconds + cost.Nanoseconds * PartWeight);
        }
        return costs;
    }

    private void Add(ProfileStep step, long ticks)
    {
        if (ticks < MatchProfile.Interrupted || step == ProfileStep.Format) _ticks[(int)step] += Math.Max(0, ticks - OwnTicks);
    }

    /// <summary>What a measurement measures of itself.</summary>
    private static long OwnTicks { get; } = (long)(MatchProfile.Overhead * Stopwatch.Frequency / 1e9);

    private double NanosecondsPerEvent(ProfileStep step)
    {
        var weight = step switch { ProfileStep.Format => 1, ProfileStep.Match => PartWeight, _ => Interval };
        return Events == 0 ? 0 : _ticks[(int)step] * 1e9 / Stopwatch.Frequency * weight / Events;
    }
}
