using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Routing;

namespace Peregrine.Hub.Escalations;

/// <summary>An escalation whose time has come.</summary>
/// <param name="Alert">What its destinations get.</param>
/// <param name="To">Names of destinations.</param>
public readonly record struct DueEscalation(Alert Alert, IReadOnlyList<string> To);

/// <summary>What people said about some open alerts.</summary>
/// <param name="Now">Those that were open and are acknowledged now.</param>
/// <param name="Before">Those that somebody had acknowledged already.</param>
/// <param name="Unknown">Identities under which nothing is known (any more).</param>
public sealed record Acknowledged(IReadOnlyList<OpenAlert> Now, IReadOnlyList<OpenAlert> Before, IReadOnlyList<Guid> Unknown);

/// <summary>
/// The alerts that wait to be acknowledged. The router adds, escalates and saves them, people's requests acknowledge them; threads may share it. What the router changed is on disk before it writes down how far it came, what
/// people said before they are answered.
/// </summary>
public sealed partial class OpenAlerts : IAsyncDisposable
{
    // Everything beyond a route's bound.
    private const string OverflowKey = "\u0002";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Route, string Key), OpenAlert> _all = [];
    private readonly HashSet<(string Route, string Key)> _unsaved = [];
    private readonly Dictionary<string, EscalatingRoute> _routes;
    private readonly OpenAlertFile? _file;
    private readonly ILogger _log;

    // No later than the first of all; looked up anew when it is over.
    private DateTimeOffset _nextDue = DateTimeOffset.MaxValue;

    /// <param name="routes">Those of the configuration; what is open under others is kept and no longer escalated.</param>
    /// <param name="file">Where they are kept; null for memory alone. It is disposed of with this.</param>
    /// <param name="journalEnd">The number of the next record of the journal: a file that knows later ones belongs to a journal that is gone.</param>
    /// <param name="log">Hears of escalations and acknowledgements.</param>
    internal OpenAlerts(IReadOnlyList<Route> routes, OpenAlertFile? file, long journalEnd, ILogger log)
    {
        (_file, _log) = (file, log);
        _routes = routes.Where(r => r.Escalate is not null).ToDictionary(r => r.Name, r => new EscalatingRoute(r.Name, r.Escalate), StringComparer.Ordinal);
        if (file is null) return;
        var (all, sequence) = file.Read();
        Saved = sequence < journalEnd ? sequence : 0;
        foreach (var one in all) Put(one);
    }

    /// <summary>The last record of the journal whose messages were known at the start: what a restart repeats of them is not new.</summary>
    public long Saved { get; }

    /// <summary>When something is to be done next; null when nothing is known to come.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock) return _all.Count == 0 ? null : _nextDue;
        }
    }

    /// <summary>Whether something waits for <see cref="Save"/>.</summary>
    public bool HasChanges
    {
        get
        {
            lock (_lock) return _unsaved.Count > 0;
        }
    }

    /// <summary>What is there of each route, by its name.</summary>
    public IReadOnlyList<OpenAlertTotals> Totals
    {
        get
        {
            lock (_lock) return [.. _routes.Values.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => r.Totals(_all.Values))];
        }
    }

    /// <summary>Takes a message that a route sent.</summary>
    public void Take(Route route, Alert message, DateTimeOffset now)
    {
        if (route.Escalate is not { } escalation) return;
        lock (_lock)
        {
            var key = (route.Name, Key: Shorten(escalation.By?.Of(message) ?? message.Id.ToString()));
            if (_all.TryGetValue(key, out var known) && known.Until <= now) GiveUp(known, Route(route.Name));
            if (!_all.ContainsKey(key) && IsFull(route.Name, escalation.Max)) key = (route.Name, OverflowKey);
            // Who acknowledged what was too much has not seen what comes now.
            if (key.Key == OverflowKey && _all.TryGetValue(key, out known) && !known.IsOpen) Remove(known);
            Put(_all.TryGetValue(key, out known)
                ? known.With(message.Id, now)
                : new OpenAlert { Route = route.Name, Key = key.Key, Id = message.Id, Alert = message, Since = now, Last = now, Until = now + escalation.Until });
            _unsaved.Add(key);
        }
    }

    /// <summary>Takes what is to be escalated by now, and forgets what is over.</summary>
    /// <param name="now">The time.</param>
    /// <param name="silencedUntil">Until when a silence covers an alert: it is kept back so long; null for not at all.</param>
    public IReadOnlyList<DueEscalation> TakeDue(DateTimeOffset now, Func<Alert, DateTimeOffset?> silencedUntil)
    {
        lock (_lock)
        {
            if (now < _nextDue) return [];
            var due = new List<DueEscalation>();
            var next = DateTimeOffset.MaxValue;
            foreach (var one in _all.Values.ToList())
            {
                var at = Step(one, now, silencedUntil, due);
                if (at < next) next = at;
            }
            _nextDue = next;
            return due;
        }
    }

    /// <summary>Somebody takes alerts on, by identities of their messages or by a condition over them. It is on disk when the call returns.</summary>
    /// <exception cref="IOException">The disk does not take it; nothing is acknowledged.</exception>
    public Acknowledged Acknowledge(IReadOnlyCollection<Guid> ids, AlertCondition? match, string by, string comment, DateTimeOffset now)
    {
        lock (_lock)
        {
            // A message of several routes is open under each, and acknowledged under all.
            var wanted = ids.ToHashSet();
            var found = _all.Values.Where(o => o.Until > now && (wanted.Contains(o.Id) || o.OtherIds.Any(wanted.Contains) || (o.IsOpen && match?.Holds(o.Alert) == true))).ToList();
            var acknowledged = found.Where(o => o.IsOpen).Select(o => o with { Acknowledged = new Acknowledgement(now, by, comment), Until = now + (Route(o.Route).Escalation?.Reopen ?? Escalation.DefaultReopen) }).ToList();
            if (acknowledged.Count > 0) _file?.Write(acknowledged.Select(Small), [], sequence: null);
            foreach (var one in acknowledged)
            {
                Put(one);
                Route(one.Route).Acknowledged++;
                Log.Acknowledged(_log, one.Id, one.Alert.Rule, one.Route, by, comment);
            }
            return new Acknowledged(acknowledged, [.. found.Where(o => !o.IsOpen)], [.. ids.Where(i => !found.Exists(o => o.Id == i || o.OtherIds.Contains(i))).Distinct()]);
        }
    }

    /// <summary>Those that nobody has acknowledged, the oldest first.</summary>
    public IReadOnlyList<OpenAlert> List(AlertCondition? match, int most)
    {
        lock (_lock) return [.. _all.Values.Where(o => o.IsOpen && (match is null || match.Holds(o.Alert))).OrderBy(o => o.Since).Take(most)];
    }

    /// <summary>When an open alert is escalated next; null when it will not be.</summary>
    public DateTimeOffset? NextEscalation(OpenAlert one)
    {
        lock (_lock) return one.Due(Route(one.Route).Escalation) is var due && due < one.Until ? due : null;
    }

    /// <summary>Brings what changed to the disk.</summary>
    /// <param name="sequence">The last record of the journal that was routed.</param>
    /// <exception cref="IOException">The disk does not take it; it is tried again with the next call.</exception>
    public void Save(long sequence)
    {
        lock (_lock)
        {
            if (_unsaved.Count == 0) return;
            foreach (var key in _unsaved)
                if (_all.TryGetValue(key, out var one)) _all[key] = Small(one);
            _file?.Write(_unsaved.Where(_all.ContainsKey).Select(k => _all[k]), _unsaved.Where(k => !_all.ContainsKey(k)), sequence);
            _unsaved.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock) _file?.Dispose();
        return ValueTask.CompletedTask;
    }

    // When it is due next; the end of time for one that is over.
    private DateTimeOffset Step(OpenAlert one, DateTimeOffset now, Func<Alert, DateTimeOffset?> silencedUntil, List<DueEscalation> due)
    {
        var route = Route(one.Route);
        while (one.Due(route.Escalation) is var at)
        {
            if (at > now) return at;
            if (one.Until <= now) return GiveUp(one, route);
            if (silencedUntil(one.Alert) is { } later) return later < one.Until ? later : one.Until;
            var isNext = one.Steps < route.Escalation!.Steps.Count && one.Since + route.Escalation.Steps[one.Steps].After <= now;
            var steps = isNext ? one.Steps + 1 : Math.Min(one.Steps, route.Escalation.Steps.Count);
            one = one with { Steps = steps, Escalated = one.Escalated + 1, EscalatedAt = now };
            Put(one);
            _unsaved.Add((one.Route, one.Key));
            route.Escalated++;
            var to = route.Escalation.Steps[steps - 1].To;
            due.Add(new DueEscalation(DerivedAlert.Escalated(one), to));
            Log.Escalated(_log, one.Id, one.Alert.Rule, one.Route, one.Escalated, string.Join(", ", to));
        }
        return DateTimeOffset.MaxValue;
    }

    private DateTimeOffset GiveUp(OpenAlert one, EscalatingRoute route)
    {
        Remove(one);
        if (!one.IsOpen) return DateTimeOffset.MaxValue;
        route.GivenUp++;
        Log.GivenUp(_log, one.Id, one.Alert.Rule, one.Route, one.Since);
        return DateTimeOffset.MaxValue;
    }

    // Acknowledged ones make room for those that are not.
    private bool IsFull(string route, int max)
    {
        var state = Route(route);
        if (state.Kept < max) return false;
        if (state.KeptAcknowledged == 0) return true;
        Remove(_all.Values.Where(o => o.Route == route && !o.IsOpen).MinBy(o => o.Until)!);
        return false;
    }

    private void Put(OpenAlert one)
    {
        var key = (one.Route, one.Key);
        if (_all.TryGetValue(key, out var before)) Route(one.Route).Count(before, -1);
        Route(one.Route).Count(one, 1);
        _all[key] = one;
        var due = one.Due(Route(one.Route).Escalation);
        if (due < _nextDue) _nextDue = due;
    }

    private void Remove(OpenAlert one)
    {
        _all.Remove((one.Route, one.Key));
        Route(one.Route).Count(one, -1);
        _unsaved.Add((one.Route, one.Key));
    }

    private EscalatingRoute Route(string name) => _routes.TryGetValue(name, out var route) ? route : _routes[name] = new EscalatingRoute(name, null);

    // Whatever senders put into the fields of a key, it costs a bounded amount.
    private static string Shorten(string key) => key.Length <= 512 ? key : $"{key[..64]}\u0003{Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes(key)))}";

    private static OpenAlert Small(OpenAlert one) => one with { Alert = SmallAlert.Of(one.Alert) };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "alert {Id} of rule '{Rule}' (route '{Route}') is not acknowledged: escalation {Times} to {Destinations}")]
        public static partial void Escalated(ILogger log, Guid id, string rule, string route, int times, string destinations);

        [LoggerMessage(Level = LogLevel.Warning, Message = "alert {Id} of rule '{Rule}' (route '{Route}') was never acknowledged since {Since:O}, and is given up")]
        public static partial void GivenUp(ILogger log, Guid id, string rule, string route, DateTimeOffset since);

        [LoggerMessage(Level = LogLevel.Information, Message = "alert {Id} of rule '{Rule}' (route '{Route}') is acknowledged by {By}: {Comment}")]
        public static partial void Acknowledged(ILogger log, Guid id, string rule, string route, string by, string comment);
    }
}
