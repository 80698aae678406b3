using Peregrine.Hub.Routing;

namespace Peregrine.Hub.Escalations;

/// <summary>Who is told when nobody acknowledges a route's alerts.</summary>
public sealed record Escalation
{
    /// <summary>In the order of their times; at least one.</summary>
    public required IReadOnlyList<EscalationStep> Steps { get; init; }

    /// <summary>The fields by which alerts are acknowledged as a whole; null: each by itself.</summary>
    public AlertKey? By { get; init; }

    /// <summary>An open alert that nobody acknowledged is given up this long after its first message.</summary>
    public required TimeSpan Until { get; init; }

    /// <summary>How long an acknowledgement covers what comes under the same key; later messages open it again.</summary>
    public TimeSpan Reopen { get; init; } = DefaultReopen;

    /// <summary>Most alerts of the route that are kept apart; those beyond it are one open alert together, so that a flood costs neither memory nor an escalation.</summary>
    public int Max { get; init; } = DefaultMax;

    internal static readonly TimeSpan DefaultReopen = TimeSpan.FromHours(1);
    internal const int DefaultMax = 1000;
}

/// <summary>One step of an escalation.</summary>
/// <param name="After">When it is taken, from the alert's first message on.</param>
/// <param name="To">Names of destinations.</param>
/// <param name="Repeat">How often it is taken again until the next step's time has come; null for once.</param>
public sealed record EscalationStep(TimeSpan After, IReadOnlyList<string> To, TimeSpan? Repeat);
