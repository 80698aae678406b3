using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Routing;

/// <summary>What one route remembers of the alerts that came: first what repeats, then what is too much, then what is gathered.</summary>
internal sealed class RouteWindows(Route route, int most)
{
    private readonly WindowTable _repeats = new(most);
    private readonly WindowTable _counts = new(most);
    private readonly WindowTable _groups = new(most);

    public long OldestHeld => Math.Min(_repeats.OldestSequence, _groups.OldestSequence) is var oldest and < long.MaxValue ? oldest : 0;

    public DateTimeOffset? NextEnd => new[] { _repeats.NextEnd, _counts.NextEnd, _groups.NextEnd }.Where(e => e is not null).Min();

    /// <summary>What goes out at once for an alert that matched: null stands for the alert itself.</summary>
    public IEnumerable<Alert?> Take(Alert alert, long sequence, DateTimeOffset now)
    {
        var due = new List<Alert?>();
        if (route.Deduplicate is { } same && !IsFirst(same, alert, sequence, now, due)) return due;
        Pass(alert, isItself: true, sequence, now, due);
        return due;
    }

    public IEnumerable<Alert> End(DateTimeOffset now)
    {
        var due = new List<Alert?>();
        foreach (var window in _repeats.TakeEnded(now))
        {
            var keep = route.Deduplicate!.Keep;
            if (keep == Keep.Last || (keep == Keep.Count && window.Count > 1)) Pass(DerivedAlert.Repeated(window), isItself: false, window.FirstSequence, now, due);
        }
        foreach (var window in _counts.TakeEnded(now))
            if (window.Count > route.Throttle!.Limit) due.Add(DerivedAlert.HeldBack(window, window.Count - route.Throttle.Limit, route.Throttle.Per));
        foreach (var window in _groups.TakeEnded(now)) due.Add(DerivedAlert.Group(window));
        return due.OfType<Alert>();
    }

    private bool IsFirst(Deduplication same, Alert alert, long sequence, DateTimeOffset now, List<Alert?> due)
    {
        var window = _repeats.Add(same.By.Of(alert), alert, sequence, now, same.Window, keepsAlerts: false, out var forced);
        if (forced is not null && same.Keep != Keep.First) Pass(DerivedAlert.Repeated(forced), isItself: false, forced.FirstSequence, now, due);
        return window.Count == 1 && same.Keep != Keep.Last;
    }

    private void Pass(Alert alert, bool isItself, long sequence, DateTimeOffset now, List<Alert?> due)
    {
        if (route.Throttle is { } limit)
        {
            var window = _counts.Add(limit.By.Of(alert), alert, sequence, now, limit.Per, keepsAlerts: false, out _);
            if (window.Count > limit.Limit) return;
        }
        if (route.Group is not { } grouping)
        {
            due.Add(isItself ? null : alert);
            return;
        }
        var group = _groups.Add(grouping.By.Of(alert), alert, sequence, now, grouping.Wait, keepsAlerts: true, out var early);
        if (early is not null) due.Add(DerivedAlert.Group(early));
        if (group.Count >= grouping.Max) due.Add(DerivedAlert.Group(_groups.Take(group)));
    }
}
