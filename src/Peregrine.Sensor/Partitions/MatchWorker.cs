using System.Diagnostics;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Profiling;
using Peregrine.Sensor.Reloading;
using Peregrine.State;

namespace Peregrine.Sensor.Partitions;

/// <summary>
/// One of the workers beside the one that reads: takes the batches on a thread of its own, follows the state with a replica, and asks the rules about the events of its processes. What it has may be exchanged by the
/// reading thread while nothing is under way.
/// </summary>
internal sealed class MatchWorker : IAlertSink, IDisposable
{
    private readonly int _index;
    private readonly BatchRing _ring;
    private readonly Action _wake;
    private readonly EvaluationScratch _scratch = new();
    private readonly Thread _thread;
    private StateReplica _replica;
    private RuleEngine _rules;
    private AlertMaker _alerts;
    private SensorProfile? _profile;
    private EventBatch? _batch;
    private Exception? _failure;
    private ulong _matched;
    private ulong _made;
    private int _at;

    /// <param name="index">Its number among the workers, from 1.</param>
    /// <param name="ring">Where the batches come from.</param>
    /// <param name="replica">Its state.</param>
    /// <param name="session">What the run works with.</param>
    /// <param name="wake">Wakes the reading thread when there are alerts to deliver.</param>
    public MatchWorker(int index, BatchRing ring, StateReplica replica, Session session, Action wake)
    {
        (_index, _ring, _replica, _wake) = (index, ring, replica, wake);
        (_rules, _alerts) = (session.Rules.Engine, NewAlerts(session.Current, session));
        _profile = SensorProfile.For(session.Configuration, _rules);
        _thread = new Thread(Run) { IsBackground = true, Name = $"match {index}" };
        _thread.Start();
    }

    /// <summary>What ended it; null while it works.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Events whose rules it asked.</summary>
    public ulong Matched => Volatile.Read(ref _matched);

    /// <summary>Alerts that it made.</summary>
    public ulong Alerts => Volatile.Read(ref _made);

    /// <summary>What asking cost; only while nothing is under way.</summary>
    public SensorProfile? Profile => _profile;

    /// <summary>Another world begins.</summary>
    public void Replace(StateReplica replica) => _replica = replica;

    /// <summary>Goes on with other rules.</summary>
    public void TakeUp(Generation next, Session session)
    {
        _alerts.Dispose();
        (_rules, _alerts) = (next.Rules.Engine, NewAlerts(next, session));
        if (_profile is { } profile) profile.TakeUp(_rules);
        else _profile = SensorProfile.For(next.Configuration, _rules);
    }

    /// <summary>To be called after the ring's end.</summary>
    public void Dispose()
    {
        _thread.Join();
        _alerts.Dispose();
    }

    void IAlertSink.OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch)
    {
        var since = _profile is null ? 0 : Stopwatch.GetTimestamp();
        var alert = _alerts.Make(rule, ref context, scratch);
        _profile?.Formatted(since);
        _batch!.AlertsOf(_index).Add(new BatchAlert(_at, rule, alert));
        Volatile.Write(ref _made, _made + 1);
    }

    private static AlertMaker NewAlerts(Generation generation, Session session) =>
        new(generation.Configuration.Alerts, generation.Rules.Catalogs, generation.Alerts.Hostname, session.Console.Clock.LocalTimeZone);

    private void Run()
    {
        try
        {
            while (_ring.Take(_index - 1) is { } batch)
            {
                Work(batch);
                var hasAlerts = batch.AlertsOf(_index).Count > 0;
                // From here on the batch may be used for other events.
                _ring.Return(_index - 1);
                if (hasAlerts) _wake();
            }
        }
        catch (Exception e)
        {
            // The reading thread throws it again.
            Volatile.Write(ref _failure, e);
            _wake();
        }
    }

    private void Work(EventBatch batch)
    {
        _batch = batch;
        _profile?.Pause();
        var changes = batch.Changes;
        var entries = batch.Entries;
        for (_at = 0; _at < entries.Length; _at++)
        {
            for (; !changes.IsEmpty && changes[0].At <= _at; changes = changes[1..]) changes[0].Change(_replica);
            ref readonly var entry = ref entries[_at];
            if (entry.Owner == _index) Match(batch, in entry);
            else if (entry.ChangesState) Follow(batch, in entry);
        }
        foreach (var (_, change) in changes) change(_replica);
    }

    private void Follow(EventBatch batch, in BatchEntry entry)
    {
        var context = Begin(batch, in entry);
        _replica.State.Complete(ref context);
    }

    private void Match(EventBatch batch, in BatchEntry entry)
    {
        var sample = _profile is { } profile && profile.Begin() ? profile : null;
        var context = Begin(batch, in entry);
        sample?.Done(ProfileStep.State);
        if (sample?.Rules is { } costs) _rules.Match(ref context, _scratch, this, costs);
        else _rules.Match(ref context, _scratch, this);
        sample?.Done(ProfileStep.Match);
        _replica.State.Complete(ref context);
        sample?.Done(ProfileStep.State);
        _profile?.End();
        Volatile.Write(ref _matched, _matched + 1);
    }

    private EventContext Begin(EventBatch batch, in BatchEntry entry)
    {
        _replica.Follow(entry.Previous);
        var context = new EventContext { Event = batch.Event(in entry), Cpu = entry.Cpu, Number = entry.Number, State = _replica.State, IsStateOnly = entry.IsStateOnly };
        _replica.State.Apply(ref context);
        return context;
    }
}
