using Peregrine.Hub.Alerts;
using Peregrine.Hub.Escalations;

namespace Peregrine.Hub.Routing;

/// <summary>All that decides where alerts go, as configured; immutable.</summary>
public sealed class RoutingRules
{
    public static RoutingRules None { get; } = new();

    /// <summary>In the order of the file; each is asked until one that does not continue holds.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    public IReadOnlyList<Silence> Silences { get; init; } = [];
}

/// <summary>Brings alerts that match to destinations.</summary>
public sealed record Route
{
    /// <summary>Unique; the name of its place in the list where none is given.</summary>
    public required string Name { get; init; }

    public AlertCondition Match { get; init; } = AlertCondition.Always;

    /// <summary>Names of destinations.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>Whether routes behind it are asked as well.</summary>
    public bool Continue { get; init; } = true;

    public Deduplication? Deduplicate { get; init; }

    public Grouping? Group { get; init; }

    public Throttling? Throttle { get; init; }

    /// <summary>Null: nobody needs to acknowledge its alerts.</summary>
    public Escalation? Escalate { get; init; }
}

public enum Keep : byte
{
    /// <summary>The first goes out, those that repeat it within the window do not.</summary>
    First,

    /// <summary>Like first; at the window's end the last one goes out with the number of all that came.</summary>
    Count,

    /// <summary>At the window's end the last one goes out, alone.</summary>
    Last,
}

/// <summary>Alerts that are the same by some fields.</summary>
public sealed record Deduplication(AlertKey By, TimeSpan Window, Keep Keep);

/// <summary>Gathers alerts into one.</summary>
/// <param name="By">What they have in common.</param>
/// <param name="Wait">How long a group is gathered, from its first alert on.</param>
/// <param name="Max">A group of this many goes out at once.</param>
public sealed record Grouping(AlertKey By, TimeSpan Wait, int Max);

/// <summary>Lets some through and says how many it held back.</summary>
/// <param name="By">What is counted together.</param>
/// <param name="Limit">Most alerts that go out.</param>
/// <param name="Per">Within which time.</param>
public sealed record Throttling(AlertKey By, int Limit, TimeSpan Per);

/// <summary>Keeps alerts that match from all destinations for a time; they are stored all the same.</summary>
public sealed record Silence(AlertCondition Match, DateTimeOffset From, DateTimeOffset Until, string Owner, string Comment)
{
    public bool Covers(Alert alert, DateTimeOffset now) => now >= From && now < Until && Match.Holds(alert);
}

/// <summary>The fields by which alerts count as the same: <c>rule</c>, <c>priority</c>, <c>source</c>, <c>hostname</c>, or output fields.</summary>
public sealed class AlertKey(IReadOnlyList<string> fields)
{
    public IReadOnlyList<string> Fields => fields;

    public string Of(Alert alert) => string.Join('\u0001', fields.Select(f => Value(alert, f)));

    private static string Value(Alert alert, string field) => field switch
    {
        "rule" or "alert.rule" => alert.Rule,
        "priority" or "alert.priority" => alert.Priority.LowerName(),
        "source" or "alert.source" => alert.Source,
        "hostname" or "alert.hostname" => alert.Hostname,
        _ => alert.FieldText(field),
    };
}
