namespace Peregrine.Hub.Destinations;

/// <summary>Places that keep and search events.</summary>
internal static class LogKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Logs.ElasticsearchDestination.Kind,
        Logs.LokiDestination.Kind,
        Logs.SplunkDestination.Kind,
        Logs.DatadogLogsDestination.Kind,
        Logs.DatadogDestination.Kind,
        Logs.DynatraceDestination.Kind,
        Logs.SumoLogicDestination.Kind,
        Logs.ZincsearchDestination.Kind,
        Logs.OpenObserveDestination.Kind,
        Logs.QuickwitDestination.Kind,
        Logs.GrafanaDestination.Kind,
        Logs.InfluxDbDestination.Kind,
        Logs.SyslogDestination.Kind,
        Logs.LogstashDestination.Kind,
        Logs.GotifyDestination.Kind,
        Logs.SpyderbatDestination.Kind,
    ];
}
