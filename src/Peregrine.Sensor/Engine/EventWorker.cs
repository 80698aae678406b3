using System.Diagnostics;
using Peregrine.Capture;
using Peregrine.Containers;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Kernel;
using Peregrine.Outputs;
using Peregrine.Rules;
using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Holding;
using Peregrine.Sensor.Partitions;
using Peregrine.Sensor.Profiling;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Reloading;
using Peregrine.Sensor.Replay;
using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>
/// Takes events one by one through the sensor: 1 the state is updated, 2 the rules are matched, 3 what matched becomes alerts and is offered to the outputs, 4 captures that alerts start
/// take the event, 5 the state forgets what ended with it. Belongs to one thread. Between 1 and 5 nothing allocates, locks or throws unless a rule matches. With several workers it is the one that reads, and does 2
/// for its own partition only.
/// </summary>
internal sealed class EventWorker : IEventSink, IAlertSink, IWorker, IDisposable
{
    private readonly Session _session;
    private readonly bool _isReplay;
    private readonly EvaluationScratch _scratch = new();
    private readonly DropMonitor _drops;
    private readonly Func<StateEngine, CaptureMetadata> _tables;
    private readonly ContainerDirectory? _containers;
    private readonly HeldEvents _held;
    private readonly PartitionedMatching? _partitions;
    private SensorProfile? _profile;
    private RuleEngine _rules;
    private StateEngine _state;
    private RuleCaptures? _captures;
    private readonly EventClock _replayed = new();
    private SheddingLevel _shed;

    /// <param name="session">What the run works with.</param>
    /// <param name="state">The world as it is before the first event.</param>
    /// <param name="drops">Told of each event.</param>
    /// <param name="tables">Makes the tables that a capture of this world begins with.</param>
    /// <param name="containers">Who finds out what containers are; null where nobody can be asked.</param>
    /// <param name="isReplay">Whether the events come from a capture, which then tells of containers too.</param>
    /// <param name="partitions">The workers beside this one, which follow the same state; null without any.</param>
    public EventWorker(Session session, StateEngine state, DropMonitor drops, Func<StateEngine, CaptureMetadata> tables, ContainerDirectory? containers = null, bool isReplay = false, PartitionedMatching? partitions = null)
    {
        _profile = session.Profile ?? SensorProfile.For(session.Configuration, session.Rules.Engine);
        (_session, _state, _drops, _tables, _containers) = (session, state, drops, tables, containers);
        _rules = session.Rules.Engine;
        // In a replay time is that of the events.
        _held = new HeldEvents(session.Alerts, session.Configuration.Containers, Deliver, isReplay ? _replayed : null);
        _isReplay = isReplay;
        _captures = RuleCaptures.Of(session.Configuration.Capture, tables, isReplay, session.Log);
        _partitions = partitions;
        if (partitions is not null)
        {
            partitions.DeliverTo(GiveOut);
            // The alert about drops has its place among the others too.
            drops.BeforeActing = partitions.Settle;
        }
        Listen();
    }

    /// <summary>Events that the rules have seen.</summary>
    public ulong Events { get; private set; }

    /// <summary>The time of the last of them, ns since the epoch; 0 before the first.</summary>
    public ulong LastTime { get; private set; }

    /// <summary>Goes on with another world: the next section of a capture.</summary>
    public void Replace(StateEngine state)
    {
        _partitions?.Replace(state);
        _held.ReleaseAll(_rules, _state);
        _state = state;
        _captures?.EndSection();
        Listen();
    }

    /// <summary>Lets out the alerts that still wait: nothing more will be known.</summary>
    public void ReleaseHeld() => _held.ReleaseAll(_rules, _state);

    /// <summary>Hands what was read to the other workers and delivers their alerts, as far as they have got. To be called when no event is at hand, and before a sleep.</summary>
    public void Flush() => _partitions?.Flush();

    /// <summary>Waits until the other workers have caught up, and delivers their alerts: no more events come.</summary>
    public void Settle() => _partitions?.Settle();

    /// <summary>How the recording of system calls is switched, and of what those read or write; does nothing for events that are recorded already.</summary>
    public Action<IEnumerable<SyscallCode>, IReadOnlySet<SyscallCode>> Record { get; init; } = static (_, _) => { };

    /// <summary>Has what is remembered read again, after events were left out.</summary>
    public Action Heal { get; init; } = static () => { };

    /// <summary>Where the events come from; null for those of a file.</summary>
    public KernelProbe? Probe { get; init; }

    /// <summary>What was found before the first event.</summary>
    public ScanCounts Scan { get; init; } = new();

    public void TakeUp(Generation next)
    {
        _partitions?.TakeUp(next);
        _held.ReleaseAll(_rules, _state);
        // First what either of them needs, then what the new one needs: nothing that it wants goes unrecorded.
        Record(Shedding.Keep(_session.Current.Syscalls.Union(next.Syscalls), _shed), _session.Current.WithData.Union(next.WithData).ToHashSet());
        _rules = next.Rules.Engine;
        if (_profile is { } profile) profile.TakeUp(_rules);
        else _profile = SensorProfile.For(next.Configuration, _rules);
        _drops.Change(next.Configuration.Drops);
        TakeUp(next.Configuration.Capture);
        _session.TakeUp(next);
        _held.TakeUp(next.Alerts);
        Record(Shedding.Keep(next.Syscalls, _shed), next.WithData);
    }

    public void Shed(SheddingLevel level, bool state)
    {
        var wasBlind = _shed == SheddingLevel.Files;
        _shed = level;
        _state.Budget.Scale(state ? 0.5 : 1);
        Record(Shedding.Keep(_session.Current.Syscalls, level), _session.Current.WithData);
        // Descriptors came and went unseen.
        if (wasBlind && level != SheddingLevel.Files) Heal();
    }

    public WorkerFigures Count()
    {
        long descriptors = 0;
        foreach (var thread in _state.Threads.All)
            if (thread.Tid == thread.Pid) descriptors += thread.Fds.Count;
        return new WorkerFigures
        {
            Events = Events,
            Kernel = Probe?.Statistics,
            Programs = Probe?.ProgramCosts ?? [],
            Scan = Scan,
            Matches = _session.Statistics.Copy(),
            Threads = _state.Threads.Count,
            Descriptors = descriptors,
            ThreadBytes = _state.Budget.ThreadBytes,
            DescriptorBytes = _state.Budget.FdBytes,
            Containers = _state.Containers.All.Count,
            ContainersWithoutImage = _state.Containers.All.Count(static c => c.Details?.Image is not { Length: > 0 }),
            ThreadsRefused = _state.Threads.Refused,
            State = _state.Statistics.Copy(),
            Profile = _profile?.Figures(withParts: false) is { } profile ? _partitions?.Add(profile) ?? profile : null,
            Workers = _partitions?.Figures() ?? [],
        };
    }

    /// <summary>Once a second: what is over by the clock.</summary>
    public void Look(ulong now) => _captures?.Look(now);

    public void Dispose() => _captures?.Dispose();

    /// <summary>The alerts that wait for what their container is.</summary>
    public HeldEvents Held => _held;

    public void OnEvent(ushort cpu, in EventView e) => OnEvent(cpu, in e, Events + 1, isSurfaced: true);

    /// <summary>Takes over what was found out about containers. Between events, and when there are none.</summary>
    public void TakeAnswers()
    {
        if (_containers is { HasAnswers: true } containers) containers.Deliver(container =>
        {
            _state.Journal?.ContainerLearned(container);
            _captures?.OnLearned(container);
            _held.OnLearned(container, _rules, _state);
        });
    }

    /// <summary>Lets out the alerts that have waited long enough. Between events, and when there are none.</summary>
    public void LookAtHeld()
    {
        _profile?.Pause();
        TakeAnswers();
        _held.Look(_rules, _state);
    }

    /// <summary>An event with its position among the surfaced ones, from 1; one that is not surfaced only changes the state.</summary>
    public void OnEvent(ushort cpu, in EventView e, ulong number, bool isSurfaced)
    {
        var sample = _profile is { } profile && profile.Begin() ? profile : null;
        if (_containers is { HasAnswers: true }) TakeAnswers();
        _replayed.Time = e.Timestamp;
        if (_isReplay && _held.Waiting > 0) _held.Look(_rules, _state);
        _captures?.Before(_state, e);
        // Filled in its place: to copy what has just been written costs more than the rest of this method.
        EventContext context = default;
        context.Event = e;
        context.Cpu = cpu;
        context.Number = number;
        context.State = _state;
        context.IsStateOnly = !isSurfaced;
        _state.Apply(ref context);
        sample?.Done(ProfileStep.State);
        if (isSurfaced)
        {
            Events++;
            LastTime = e.Timestamp;
            _drops.OnEvent(e.Timestamp);
        }
        if ((_partitions is null || _partitions.Hand(ref context, _rules)) && isSurfaced)
        {
            if (_held.Takes(ref context, _rules)) _held.Match(ref context, _scratch, _rules);
            else if (sample?.Rules is { } costs) _rules.Match(ref context, _scratch, this, costs);
            else _rules.Match(ref context, _scratch, this);
            sample?.Done(ProfileStep.Match);
        }
        _captures?.After(ref context, isSurfaced ? CaptureEventFlags.None : CaptureEventFlags.StateOnly);
        _state.Complete(ref context);
        sample?.Done(ProfileStep.State);
        _profile?.End();
    }

    void IAlertSink.OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch)
    {
        var since = _profile is null ? 0 : Stopwatch.GetTimestamp();
        var alert = _session.Alerts.Make(rule, ref context, scratch);
        _profile?.Formatted(since);
        Deliver(rule, alert);
    }

    private void Deliver(Rule rule, Alert alert)
    {
        if (_partitions is null) GiveOut(rule, alert);
        else _partitions.Offer(rule, alert);
    }

    private void GiveOut(Rule rule, Alert alert)
    {
        _session.Statistics.Count(rule.Name, alert.Priority);
        _session.Outputs.Offer(alert);
        if (Probe is not null) _session.Latency.Add((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100 - (long)alert.Time);
        _captures?.OnMatch(rule, alert.Time);
    }

    private void TakeUp(CaptureOptions options)
    {
        if (options == _session.Configuration.Capture) return;
        _captures?.Dispose();
        _captures = RuleCaptures.Of(options, _tables, _isReplay, _session.Log);
        Listen();
    }

    /// <summary>Live, captures note what the state learns by itself; in a replay it learns from their notes.</summary>
    private void Listen()
    {
        _state.Listener = null;
        if (_isReplay) _state.Listener = new Learner(this);
        else _captures?.Listen(_state);
    }

    /// <summary>Hears what a replayed capture tells of containers.</summary>
    private sealed class Learner(EventWorker worker) : IStateListener
    {
        public void ContainerChanged(ContainerEntry container) => worker._held.OnLearned(container, worker._rules, worker._state);
    }
}
