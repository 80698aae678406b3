using Peregrine.Hub.Alerts;
using Peregrine.Hub.Routing;

namespace Peregrine.Hub.Escalations;

/// <summary>Shows people the identity under which they acknowledge an alert, from its first message on: as a field, which every destination brings along. Threads may share it.</summary>
internal sealed class OpenIdentity
{
    private readonly IReadOnlyList<Route> _routes;
    private readonly string _destination;

    /// <param name="routes">All, in their order.</param>
    /// <param name="destination">The name of the destination that is shown it.</param>
    public OpenIdentity(IReadOnlyList<Route> routes, string destination)
    {
        _destination = destination;
        // Most destinations never get such alerts: nothing is asked for theirs.
        _routes = routes.Any(Escalates) ? routes : [];
    }

    /// <summary>The alert with its identity where a route brought it that wants it acknowledged, else the alert itself.</summary>
    public Alert Show(Alert alert)
    {
        if (_routes.Count == 0 || alert.IsTest) return alert;
        foreach (var route in _routes)
        {
            if (!route.Match.Holds(alert)) continue;
            if (Escalates(route)) return With(alert);
            if (!route.Continue) break;
        }
        return alert;
    }

    /// <summary>A message of a route that wants it acknowledged: its own identity is one of the open alert's. What has one already, as an escalation, keeps it.</summary>
    public static Alert With(Alert message) => message.Find(DerivedAlert.OpenIdField) is not null ? message : message with
    {
        Fields = [.. message.Fields, new AlertField(DerivedAlert.OpenIdField, AlertValue.Of(message.Id.ToString()))],
    };

    private bool Escalates(Route route) => route.Escalate is not null && route.To.Contains(_destination);
}
