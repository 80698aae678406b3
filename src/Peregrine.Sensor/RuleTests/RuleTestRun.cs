using System.Buffers;
using System.Text;
using Peregrine.Capture;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Replay;
using Peregrine.State;

namespace Peregrine.Sensor.RuleTests;

/// <summary>Alerts of a rule that nobody expects.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Event">The number of the first one's event.</param>
/// <param name="Output">The first one's output.</param>
internal sealed record UnexpectedAlerts(string Rule, ulong Event, string Output)
{
    public long Count { get; set; } = 1;
}

/// <summary>How a test went.</summary>
/// <param name="Test">The test.</param>
/// <param name="Problem">Why it could not be run; null when it was.</param>
/// <param name="Checks">Each expectation with what was seen of it.</param>
/// <param name="Unexpected">Alerts that no expectation asks for.</param>
/// <param name="Took">How long it ran.</param>
internal sealed record RuleTestResult(RuleTest Test, string? Problem, IReadOnlyList<AlertCheck> Checks, IReadOnlyList<UnexpectedAlerts> Unexpected, TimeSpan Took)
{
    public bool Passed => Problem is null && Checks.All(static c => c.IsMet) && (Test.AllowsOthers || Unexpected.Count == 0);
}

/// <summary>Runs one test: replays the capture through the rules, each alert held against the expectations as it comes.</summary>
internal sealed class RuleTestRun : IAlertSink
{
    private readonly RuleTest _test;
    private readonly RulesSetup _setup;
    private readonly RuleEngine _engine;
    private readonly List<AlertCheck> _checks;
    private readonly Dictionary<string, UnexpectedAlerts> _unexpected = new(StringComparer.Ordinal);

    /// <exception cref="SensorException">An expectation names something that does not exist.</exception>
    private RuleTestRun(RuleTest test, RulesSetup setup)
    {
        (_test, _setup, _engine) = (test, setup, setup.Ready().Engine);
        foreach (var expected in test.Expected) CheckRule(expected);
        _checks = [.. test.Expected.Select(e => new AlertCheck(e, setup.Syscall))];
    }

    public static RuleTestResult Of(RuleTest test, RulesSetup setup, SensorConsole console)
    {
        var started = console.Clock.GetTimestamp();
        try
        {
            var run = new RuleTestRun(test, setup);
            run.Replay(console.Stop);
            return new(test, null, run._checks, [.. run._unexpected.Values], console.Clock.GetElapsedTime(started));
        }
        catch (Exception e) when (e is SensorException or CaptureException)
        {
            return new(test, e.Message, [], [], console.Clock.GetElapsedTime(started));
        }
    }

    void IAlertSink.OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch)
    {
        var text = new ArrayBufferWriter<byte>();
        rule.Format.TryFormat(ref context, scratch, text);
        var output = Encoding.UTF8.GetString(text.WrittenSpan);
        var expected = false;
        foreach (var check in _checks)
            if (check.Expected.Rule == rule.Name) expected |= check.Takes(ref context, scratch, output);
        if (expected) return;
        if (_unexpected.TryGetValue(rule.Name, out var known)) known.Count++;
        else _unexpected[rule.Name] = new(rule.Name, context.Number, output);
    }

    private void Replay(CancellationToken stop)
    {
        using var reader = CaptureFiles.Open(_test.Capture, stop);
        var scratch = new EvaluationScratch();
        var state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
        while (reader.TryRead(out var captured) && !stop.IsCancellationRequested)
        {
            if (captured.StartsSection) state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
            var context = new EventContext { Event = captured.Event, Cpu = captured.Cpu, Number = captured.Number, State = state, IsStateOnly = !captured.IsSurfaced };
            state.Apply(ref context);
            if (captured.IsSurfaced) _engine.Match(ref context, scratch, this);
            state.Complete(ref context);
        }
    }

    /// <summary>A rule that does not run can give no alert: then the test would say nothing, least of all when it expects none.</summary>
    private void CheckRule(ExpectedAlert expected)
    {
        if (_engine.Rules.Any(r => r.Name == expected.Rule)) return;
        if (_setup.Loader.Rules.Find(expected.Rule) is not null) throw new SensorException($"the rule '{expected.Rule}' is not enabled; options: ['rules[].enable.rule={expected.Rule}'] enables it");
        var near = NearestName.Of(expected.Rule, _setup.Loader.Rules.Rules.Select(static r => r.Name));
        throw new SensorException($"there is no rule '{expected.Rule}'" + (near.Count > 0 ? $"; did you mean '{near[0]}'?" : ""));
    }
}
