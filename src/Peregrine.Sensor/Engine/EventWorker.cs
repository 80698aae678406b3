using Peregrine.Capture;
using Peregrine.Containers;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Kernel;
using Peregrine.Rules;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Recording;
using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>
/// Takes events one by one through the sensor: 1 the state is updated, 2 the rules are matched, 3 what matched becomes alerts and is offered to the outputs, 4 captures that alerts start
/// take the event, 5 the state forgets what ended with it. Belongs to one thread. Between 1 and 5 nothing allocates, locks or throws unless a rule matches.
/// </summary>
internal sealed class EventWorker : IEventSink, IAlertSink, IDisposable
{
    private readonly Session _session;
    private readonly EvaluationScratch _scratch = new();
    private readonly DropMonitor _drops;
    private readonly Func<StateEngine, CaptureMetadata> _tables;
    private readonly ContainerDirectory? _containers;
    private RuleEngine _rules;
    private StateEngine _state;
    private RuleCaptures? _captures;

    /// <param name="session">What the run works with.</param>
    /// <param name="state">The world as it is before the first event.</param>
    /// <param name="drops">Told of each event.</param>
    /// <param name="tables">Makes the tables that a capture of this world begins with.</param>
    /// <param name="containers">Who finds out what containers are; null where nobody can be asked.</param>
    public EventWorker(Session session, StateEngine state, DropMonitor drops, Func<StateEngine, CaptureMetadata> tables, ContainerDirectory? containers = null)
    {
        (_session, _state, _drops, _tables, _containers) = (session, state, drops, tables, containers);
        _rules = session.Rules.Engine;
        _captures = RuleCaptures.Of(session.Configuration.Capture, tables, session.Log);
    }

    /// <summary>Events that the rules have seen.</summary>
    public ulong Events { get; private set; }

    /// <summary>Goes on with another world: the next section of a capture.</summary>
    public void Replace(StateEngine state)
    {
        _state = state;
        _captures?.EndSection();
    }

    /// <summary>Goes on with another generation, if one waits; the state stays. To be called between two events.</summary>
    /// <param name="switching">Called before and after, with the system calls that must be recorded from then on: first those of both generations, then those of the new one.</param>
    public void TakeUpNext(Action<IEnumerable<SyscallCode>> switching)
    {
        if (_session.Handover.Take() is not { } next) return;
        switching(_session.Current.Syscalls.Union(next.Syscalls));
        _rules = next.Rules.Engine;
        _drops.Change(next.Configuration.Drops);
        TakeUp(next.Configuration.Capture);
        _session.TakeUp(next);
        switching(next.Syscalls);
    }

    /// <summary>Once a second: what is over by the clock.</summary>
    public void Look(ulong now) => _captures?.Look(now);

    public void Dispose() => _captures?.Dispose();

    public void OnEvent(ushort cpu, EventView e) => OnEvent(cpu, e, Events + 1, isSurfaced: true);

    /// <summary>Takes over what was found out about containers. Between events, and when there are none.</summary>
    public void TakeAnswers()
    {
        if (_containers is { HasAnswers: true } containers) containers.Deliver();
    }

    /// <summary>An event with its position among the surfaced ones, from 1; one that is not surfaced only changes the state.</summary>
    public void OnEvent(ushort cpu, EventView e, ulong number, bool isSurfaced)
    {
        TakeAnswers();
        _captures?.Before(_state, e);
        var context = new EventContext { Event = e, Cpu = cpu, Number = number, State = _state, IsStateOnly = !isSurfaced };
        _state.Apply(ref context);
        if (isSurfaced)
        {
            Events++;
            _drops.OnEvent(e.Timestamp);
            _rules.Match(ref context, _scratch, this);
        }
        _captures?.After(ref context, isSurfaced ? CaptureEventFlags.None : CaptureEventFlags.StateOnly);
        _state.Complete(ref context);
    }

    void IAlertSink.OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch)
    {
        _session.Statistics.Count(rule.Name, (Outputs.AlertPriority)rule.Priority);
        _session.Outputs.Offer(_session.Alerts.Make(rule, ref context, scratch));
        _captures?.OnMatch(rule, context.Event.Timestamp);
    }

    private void TakeUp(CaptureOptions options)
    {
        if (options == _session.Configuration.Capture) return;
        _captures?.Dispose();
        _captures = RuleCaptures.Of(options, _tables, _session.Log);
    }
}
