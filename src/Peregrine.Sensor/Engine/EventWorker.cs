using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Kernel;
using Peregrine.Rules;
using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>
/// Takes events one by one through the sensor: 1 the state is updated, 2 the rules are matched, 3 what matched becomes alerts and is offered to the outputs, 4 the state forgets
/// what ended with the event. Belongs to one thread. Between 1 and 4 nothing allocates, locks or throws unless a rule matches.
/// </summary>
internal sealed class EventWorker : IEventSink, IAlertSink
{
    private readonly Session _session;
    private readonly EvaluationScratch _scratch = new();
    private readonly DropMonitor _drops;
    private RuleEngine _rules;
    private StateEngine _state;

    public EventWorker(Session session, StateEngine state, DropMonitor drops)
    {
        (_session, _state, _drops) = (session, state, drops);
        _rules = session.Rules.Engine;
    }

    /// <summary>Events that the rules have seen.</summary>
    public ulong Events { get; private set; }

    /// <summary>Goes on with another world: the next section of a capture.</summary>
    public void Replace(StateEngine state) => _state = state;

    /// <summary>Goes on with another generation, if one waits; the state stays. To be called between two events.</summary>
    /// <param name="switching">Called before and after, with the system calls that must be recorded from then on: first those of both generations, then those of the new one.</param>
    public void TakeUpNext(Action<IEnumerable<SyscallCode>> switching)
    {
        if (_session.Handover.Take() is not { } next) return;
        switching(_session.Current.Syscalls.Union(next.Syscalls));
        _rules = next.Rules.Engine;
        _drops.Change(next.Configuration.Drops);
        _session.TakeUp(next);
        switching(next.Syscalls);
    }

    public void OnEvent(ushort cpu, EventView e) => OnEvent(cpu, e, Events + 1, isSurfaced: true);

    /// <summary>An event with its position among the surfaced ones, from 1; one that is not surfaced only changes the state.</summary>
    public void OnEvent(ushort cpu, EventView e, ulong number, bool isSurfaced)
    {
        var context = new EventContext { Event = e, Cpu = cpu, Number = number, State = _state };
        _state.Apply(ref context);
        if (isSurfaced)
        {
            Events++;
            _drops.OnEvent(e.Timestamp);
            _rules.Match(ref context, _scratch, this);
        }
        _state.Complete(ref context);
    }

    void IAlertSink.OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch)
    {
        _session.Statistics.Count(rule.Name, (Outputs.AlertPriority)rule.Priority);
        _session.Outputs.Offer(_session.Alerts.Make(rule, ref context, scratch));
    }
}
