namespace Peregrine.Hub.Escalations;

/// <summary>What is counted of one route's open alerts.</summary>
/// <param name="Route">Its name.</param>
/// <param name="Open">Those that nobody has acknowledged.</param>
/// <param name="OpenSince">The oldest of them; null when there is none.</param>
/// <param name="Acknowledged">Acknowledgements since the hub's start.</param>
/// <param name="Escalated">Escalations since then.</param>
/// <param name="GivenUp">Those that were never acknowledged, since then.</param>
public readonly record struct OpenAlertTotals(string Route, int Open, DateTimeOffset? OpenSince, long Acknowledged, long Escalated, long GivenUp);

/// <summary>A route that escalates, with what was counted of it.</summary>
/// <param name="name">Its name.</param>
/// <param name="escalation">Null for a route that is gone, or escalates no more, and has alerts from before.</param>
internal sealed class EscalatingRoute(string name, Escalation? escalation)
{
    public string Name => name;

    public Escalation? Escalation => escalation;

    public int Kept { get; private set; }

    public int KeptAcknowledged { get; private set; }

    public long Acknowledged { get; set; }

    public long Escalated { get; set; }

    public long GivenUp { get; set; }

    public void Count(OpenAlert one, int by)
    {
        Kept += by;
        if (!one.IsOpen) KeptAcknowledged += by;
    }

    public OpenAlertTotals Totals(IEnumerable<OpenAlert> all)
    {
        DateTimeOffset? since = null;
        foreach (var one in all)
            if (one.IsOpen && one.Route == name && (since is null || one.Since < since)) since = one.Since;
        return new OpenAlertTotals(name, Kept - KeptAcknowledged, since, Acknowledged, Escalated, GivenUp);
    }
}
