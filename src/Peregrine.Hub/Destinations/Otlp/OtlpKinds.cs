namespace Peregrine.Hub.Destinations;

/// <summary>Collectors that take OpenTelemetry's protocol.</summary>
internal static class OtlpKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Otlp.OtlpLogsDestination.Kind,
        Otlp.OtlpTracesDestination.Kind,
        Otlp.OtlpMetricsDestination.Kind,
    ];
}
