namespace Peregrine.Hub.Destinations;

/// <summary>Services that call people.</summary>
internal static class AlertingKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Alerting.AlertmanagerDestination.Kind,
        Alerting.OpsgenieDestination.Kind,
        Alerting.PagerDutyDestination.Kind,
        Alerting.GrafanaOnCallDestination.Kind,
    ];
}
