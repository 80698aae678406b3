using System.Runtime.ExceptionServices;
using Peregrine.Outputs;
using Peregrine.Rules;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Profiling;
using Peregrine.Sensor.Reloading;
using Peregrine.State;

namespace Peregrine.Sensor.Partitions;

/// <summary>
/// Several workers ask the rules, each about the processes of its partition: 1 the worker that reads applies an event to the state, as it would alone; 2 it asks the rules if the process is one of its own, else
/// 3 hands the event over, as it does with all that changes the state; 4 the others follow with replicas of the state and ask about theirs; 5 the reading worker gives out all alerts in the order of the
/// events. So alerts, their order and what is in them are those of one worker.
/// </summary>
/// <remarks>
/// Belongs to the worker that reads. A worker that does not keep up makes the reading one wait when all batches are full; live, what is lost then is counted as what is lost to one slow worker. While captures by rules are on, the reading
/// worker asks all rules, since a capture begins with the very event that matched.
/// </remarks>
internal sealed class PartitionedMatching : IDisposable
{
    private readonly Session _session;
    private readonly BatchRing _ring;
    private readonly MatchWorker[] _workers;
    private readonly PartitionTable _table;
    private readonly StateFeed _feed;
    private readonly ulong[] _waits;
    private StateEngine _state;
    private AlertSink _sink = static (_, _) => { };
    private bool _shares;
    private long _emptied;
    private ulong _matched;
    private ulong _alerts;

    /// <param name="workers">How many there are, the one that reads among them; at least 2.</param>
    /// <param name="session">What the run works with.</param>
    /// <param name="state">The world as it is before the first event. Its host must serve several threads that ask for accounts.</param>
    /// <param name="wake">Wakes the reading worker when there are alerts to deliver. From any thread.</param>
    public PartitionedMatching(int workers, Session session, StateEngine state, Action wake)
    {
        (_session, _state) = (session, state);
        _ring = new BatchRing(workers - 1);
        _table = new PartitionTable(workers);
        _waits = new ulong[workers];
        _feed = new StateFeed(change => _ring.Current.Add(change));
        _workers = [.. Enumerable.Range(1, workers - 1).Select(i => new MatchWorker(i, _ring, StateReplica.Of(state, state.Host), session, wake))];
        state.Journal = _feed;
        Share(session.Current);
    }

    /// <summary>As many as the configuration wants; null when it wants one, or when it is measured what one takes.</summary>
    /// <inheritdoc cref="PartitionedMatching(int, Session, StateEngine, Action)" path="/param"/>
    public static PartitionedMatching? For(Session session, StateEngine state, Action wake) =>
        session.Profile is null && session.Configuration.Engine.Workers is > 1 and var workers ? new(workers, session, state, wake) : null;

    /// <summary>Has alerts delivered here, in order.</summary>
    public void DeliverTo(AlertSink sink) => _sink = sink;

    /// <summary>Takes an event that the state has taken. True when the reading worker must ask the rules about it.</summary>
    public bool Hand(ref EventContext context, RuleEngine rules)
    {
        var owner = 0;
        if (!context.IsStateOnly && rules.Wants(context.Source, context.Event.Type))
        {
            if (_shares) owner = _table.OwnerOf(ref context);
            if (owner == 0) _matched++;
        }
        if (owner == 0 && !context.State.NeedsFollowing) return true;
        var batch = _ring.Current;
        batch.Add(ref context, owner);
        if (batch.IsFull) Publish();
        return owner == 0;
    }

    /// <summary>Takes an alert of the reading worker: it goes out when those of the events before it have.</summary>
    public void Offer(Rule rule, Alert alert)
    {
        _alerts++;
        var batch = _ring.Current;
        // Where nobody else makes any, none can come before it; and a capture must hear of it now.
        if (!_shares || (_emptied == _ring.Published && batch.IsEmpty)) _sink(rule, alert);
        else batch.AlertsOf(0).Add(new BatchAlert(batch.Count, rule, alert));
    }

    /// <summary>Hands over what there is, and delivers what is ready. Waits only when the workers have all batches before them.</summary>
    public void Flush()
    {
        Publish();
        Deliver();
    }

    /// <summary>Waits until the workers have caught up, and delivers all alerts.</summary>
    public void Settle()
    {
        Publish();
        while (true)
        {
            var done = _ring.Done;
            Deliver();
            if (_emptied == _ring.Published) return;
            _ring.WaitForReaders(done);
        }
    }

    /// <summary>Goes on with another generation.</summary>
    public void TakeUp(Generation next)
    {
        Settle();
        foreach (var worker in _workers) worker.TakeUp(next, _session);
        Share(next);
    }

    /// <summary>Goes on with another world.</summary>
    public void Replace(StateEngine state)
    {
        Settle();
        _state.Journal = null;
        foreach (var worker in _workers) worker.Replace(StateReplica.Of(state, state.Host));
        _state = state;
        state.Journal = _feed;
    }

    /// <summary>By worker, the reading one first.</summary>
    public IReadOnlyList<PartitionFigures> Figures() =>
        [new PartitionFigures(_matched, _alerts, 0, 0), .. _workers.Select((worker, i) => new PartitionFigures(worker.Matched, worker.Alerts, _ring.Waiting(i), _waits[i + 1]))];

    /// <summary>What asking the rules cost the others, added to what it cost the reading worker.</summary>
    public ProfileFigures Add(ProfileFigures own)
    {
        Settle();
        foreach (var worker in _workers)
            if (worker.Profile is { } profile) own = own.With(profile.Figures(withParts: false));
        return own;
    }

    public void Dispose()
    {
        _state.Journal = null;
        _ring.End();
        foreach (var worker in _workers) worker.Dispose();
        _ring.Dispose();
    }

    private void Share(Generation generation)
    {
        var shares = !generation.Configuration.Capture.Enabled;
        if (!shares) _session.Log.Info("Captures by rules are on: one worker asks all rules");
        else if (!_shares) _session.Log.Info($"{_workers.Length + 1} workers ask the rules");
        _shares = shares;
    }

    private void Publish()
    {
        if (_ring.Current.IsEmpty) return;
        while (!_ring.HasRoom(_emptied))
        {
            var done = _ring.Done;
            Deliver();
            if (_ring.HasRoom(_emptied)) break;
            for (var i = 0; i < _workers.Length; i++)
                if (_ring.Waiting(i) == _ring.Published - done) _waits[i + 1]++;
            _ring.WaitForReaders(done);
        }
        _ring.Publish();
    }

    private void Deliver()
    {
        foreach (var worker in _workers)
            if (worker.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        for (var done = _ring.Done; _emptied < done; _emptied++) _ring[_emptied].Empty(_sink);
    }
}
