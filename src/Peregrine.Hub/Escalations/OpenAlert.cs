using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Escalations;

/// <summary>An alert of a route with an escalation, from its first message until it is acknowledged (and for a while longer) or given up. All messages under one key are one. Immutable.</summary>
public sealed record OpenAlert
{
    // People acknowledge what they see last, or first.
    private const int MostOtherIds = 16;

    /// <summary>The route's name: what is open goes on under it when the configuration changes.</summary>
    public required string Route { get; init; }

    public required string Key { get; init; }

    /// <summary>The identity of its first message, under which it is acknowledged.</summary>
    public required Guid Id { get; init; }

    /// <summary>Identities of its newest messages but the first, which are as good.</summary>
    public IReadOnlyList<Guid> OtherIds { get; init; } = [];

    /// <summary>Its first message.</summary>
    public required Alert Alert { get; init; }

    /// <summary>When its first message was routed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When its newest was.</summary>
    public required DateTimeOffset Last { get; init; }

    /// <summary>When it is given up; for one that is acknowledged: when the acknowledgement ends.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How many messages the route sent under its key.</summary>
    public long Messages { get; init; } = 1;

    /// <summary>Steps whose time has come.</summary>
    public int Steps { get; init; }

    /// <summary>How often it was escalated.</summary>
    public int Escalated { get; init; }

    public DateTimeOffset EscalatedAt { get; init; }

    /// <summary>Null while nobody did.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    public bool IsOpen => Acknowledged is null;

    /// <summary>The same with one more message.</summary>
    internal OpenAlert With(Guid message, DateTimeOffset now) => this with
    {
        Last = now,
        Messages = Messages + 1,
        OtherIds = message == Id ? OtherIds : [.. OtherIds.Where(i => i != message).TakeLast(MostOtherIds - 1), message],
    };

    /// <summary>When something is to be done about it.</summary>
    /// <param name="escalation">Its route's; null when the route is gone or has none any more.</param>
    internal DateTimeOffset Due(Escalation? escalation)
    {
        if (!IsOpen || escalation is null) return Until;
        var due = Until;
        if (Steps < escalation.Steps.Count) due = Earlier(due, Since + escalation.Steps[Steps].After);
        if (Steps > 0 && escalation.Steps[Math.Min(Steps, escalation.Steps.Count) - 1].Repeat is { } repeat) due = Earlier(due, EscalatedAt + repeat);
        return due;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>Somebody has taken an open alert on.</summary>
public sealed record Acknowledgement(DateTimeOffset At, string By, string Comment);
