using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Escalations;

namespace Peregrine.Hub.Routing;

/// <summary>Something for one destination.</summary>
/// <param name="Destination">Its name.</param>
/// <param name="Alert">An alert that the hub made of others; null for the alert itself.</param>
public readonly record struct RoutedAlert(string Destination, Alert? Alert);

/// <summary>
/// Decides where alerts go: pure but for what windows and open alerts remember, so that it can be tested without a clock, a network or a disk. Belongs to one task.
/// </summary>
public sealed class RoutePlan
{
    // Windows that are remembered for one route; beyond it the oldest are ended early, so that hostile names cost no memory.
    private const int MaxWindows = 100_000;

    private readonly RoutingRules _rules;
    private readonly IReadOnlyList<DestinationInstance> _destinations;
    private readonly Dictionary<string, AlertPriority> _least;
    private readonly Dictionary<string, RouteWindows> _windows;

    /// <param name="rules">The rules.</param>
    /// <param name="destinations">All that are switched on.</param>
    /// <param name="open">Keeps what waits to be acknowledged; it belongs to the caller.</param>
    public RoutePlan(RoutingRules rules, IReadOnlyList<DestinationInstance> destinations, OpenAlerts open)
    {
        (_rules, _destinations, Open) = (rules, destinations, open);
        _least = destinations.ToDictionary(d => d.Name, d => d.MinimumPriority, StringComparer.Ordinal);
        _windows = rules.Routes.ToDictionary(r => r.Name, r => new RouteWindows(r, MaxWindows), StringComparer.Ordinal);
    }

    /// <summary>What waits to be acknowledged.</summary>
    public OpenAlerts Open { get; }

    /// <summary>Alerts that a silence kept back.</summary>
    public long Silenced { get; private set; }

    /// <summary>Alerts that windows keep for later; what a restart must route again.</summary>
    public long OldestHeld => _windows.Values.Select(w => w.OldestHeld).Where(s => s > 0).DefaultIfEmpty(0).Min();

    /// <summary>When a window ends or an escalation is due next; null when none waits.</summary>
    public DateTimeOffset? NextEnd => _windows.Values.Select(w => w.NextEnd).Append(Open.NextDue).Where(e => e is not null).Min();

    /// <summary>Routes one alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="sequence">Its number in the journal.</param>
    /// <param name="now">The time by which windows and silences count.</param>
    /// <param name="target">Gets what goes out.</param>
    public void Route(Alert alert, long sequence, DateTimeOffset now, List<RoutedAlert> target)
    {
        if (!alert.IsTest && _rules.Silences.Any(s => s.Covers(alert, now)))
        {
            Silenced++;
            return;
        }
        foreach (var destination in _destinations)
            if (destination.TakesAll || alert.IsTest) Send(destination.Name, null, alert, target);
        if (alert.IsTest) return;
        foreach (var route in _rules.Routes)
        {
            if (!route.Match.Holds(alert)) continue;
            foreach (var passed in _windows[route.Name].Take(alert, sequence, now))
            {
                var one = Shown(route, passed);
                if (SendAll(route, one, one ?? alert, target) && sequence > Open.Saved) Open.Take(route, one ?? alert, now);
            }
            if (!route.Continue) break;
        }
    }

    /// <summary>Ends the windows whose time has come, and escalates what was not acknowledged in its time.</summary>
    public void End(DateTimeOffset now, List<RoutedAlert> target)
    {
        foreach (var route in _rules.Routes)
        {
            foreach (var passed in _windows[route.Name].End(now))
                if (Shown(route, passed) is { } made && SendAll(route, made, made, target)) Open.Take(route, made, now);
        }
        foreach (var due in Open.TakeDue(now, alert => SilencedUntil(alert, now)))
            foreach (var name in due.To) Send(name, due.Alert, due.Alert, target);
    }

    // What the hub makes says under which identity it is acknowledged; of alerts themselves their destinations are told (see OpenIdentity).
    private static Alert? Shown(Route route, Alert? made) => made is null || route.Escalate is null ? made : OpenIdentity.With(made);

    // A silence that came after the alert keeps its escalation back.
    private DateTimeOffset? SilencedUntil(Alert alert, DateTimeOffset now) =>
        _rules.Silences.Where(s => s.Covers(alert, now)).Select(s => (DateTimeOffset?)s.Until).Max();

    /// <summary>Whether one of the route's destinations takes it.</summary>
    private bool SendAll(Route route, Alert? made, Alert alert, List<RoutedAlert> target)
    {
        foreach (var name in route.To) Send(name, made, alert, target);
        return route.To.Any(name => alert.Priority >= _least[name]);
    }

    private void Send(string destination, Alert? made, Alert alert, List<RoutedAlert> target)
    {
        if (alert.Priority < _least[destination] && !alert.IsTest) return;
        // Two routes to one destination are one delivery.
        if (made is null && target.Exists(t => t.Destination == destination && t.Alert is null)) return;
        target.Add(new RoutedAlert(destination, made));
    }
}
