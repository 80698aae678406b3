using System.Buffers;
using System.Text;
using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.Commands;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Replay;
using Peregrine.Sensor.Terminal;
using Peregrine.State;

namespace Peregrine.Sensor.Explaining;

/// <summary>Finds the event of a capture that explains a rule: the one that was asked for, else the first that matches, else the nearest.</summary>
internal sealed class CaptureExplanation
{
    private const string Headline = "%evt.num %evt.time %proc.name (%thread.tid) %evt.type %evt.args";

    /// <summary>Between two looks at progress.</summary>
    private const int ShowInterval = 1024;

    private readonly EvaluationScratch _scratch = new();
    private readonly ConditionExplanation _explanation;
    private readonly ConditionTerms _terms;
    private readonly OutputFormat _headline;
    private readonly RuleEngine _engine;
    private readonly bool[] _asked = new bool[EventSchema.Count];
    private readonly ulong? _wanted;

    /// <param name="setup">The loaded rules.</param>
    /// <param name="explanation">Of the rule in question.</param>
    /// <param name="wanted">The number of the event; null to look for one.</param>
    public CaptureExplanation(RulesSetup setup, ConditionExplanation explanation, ulong? wanted)
    {
        (_explanation, _wanted, _terms, _engine) = (explanation, wanted, new ConditionTerms(explanation), setup.Ready().Engine);
        _headline = ConditionText.Format(Headline, setup.Syscall);
        foreach (var type in explanation.Rule.EventTypes) _asked[(int)type] = true;
    }

    /// <exception cref="CaptureException">The capture breaks off before there is an answer.</exception>
    /// <exception cref="SensorException">It has no event of the number.</exception>
    public CaptureReport Of(CaptureReader reader, Progress progress, CancellationToken stop)
    {
        ExplainedEvent? nearest = null;
        var state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
        for (var i = 0; reader.TryRead(out var captured) && !stop.IsCancellationRequested; i++)
        {
            if (captured.StartsSection) state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
            if (i % ShowInterval == 0) progress.Show((ulong)reader.Surfaced, reader.SourcePosition, reader.SourceLength);
            var context = new EventContext { Event = captured.Event, Cpu = captured.Cpu, Number = captured.Number, State = state, IsStateOnly = !captured.IsSurfaced };
            state.Apply(ref context);
            if (captured.IsSurfaced && Looked(ref context, ref nearest)) return new(_explanation.Rule, nearest, (ulong)reader.Surfaced, null);
            state.Complete(ref context);
        }
        if (_wanted is { } number) throw new SensorException($"this capture has no event {number}; peregrine events lists those it has");
        return new(_explanation.Rule, nearest, (ulong)reader.Surfaced, _terms);
    }

    /// <summary>True when this is the event to explain.</summary>
    private bool Looked(ref EventContext context, ref ExplainedEvent? nearest)
    {
        var asked = _asked[(int)context.Event.Type];
        if (_wanted is { } number)
        {
            if (number != context.Number) return false;
            nearest = Explained(ref context, asked);
            return true;
        }
        if (!asked || !_terms.Add(ref context, _scratch)) return false;
        nearest = Explained(ref context, asked);
        return nearest.Condition.Holds;
    }

    private ExplainedEvent Explained(ref EventContext context, bool asked)
    {
        var line = new ArrayBufferWriter<byte>();
        _headline.TryFormat(ref context, _scratch, line);
        var condition = _explanation.Explain(ref context, _scratch);
        return new(context.Number, Encoding.UTF8.GetString(line.WrittenSpan), condition, asked, asked && condition.Holds ? First(ref context) : null);
    }

    /// <summary>The rule that takes the event away, where an event's first match ends the search.</summary>
    private string? First(ref EventContext context)
    {
        if (!_engine.TakesFirstOnly) return null;
        foreach (var index in _engine.RulesFor(context.Event.Type))
        {
            var rule = _engine.Rules[index];
            if (rule == _explanation.Rule) return null;
            if (rule.Filter.Matches(ref context, _scratch)) return rule.Name;
        }
        return null;
    }
}
