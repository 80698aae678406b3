using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>OpenTelemetry logs: the event's own time and severity, the line as the body, everything else as attributes.</summary>
internal sealed class OtlpLogsDestination(DestinationContext context) : OtlpDestination(context, OtlpSignal.Logs)
{
    public static DestinationKind Kind { get; } = OtlpSettings.Declare("otlplogs", "otlp.logs", "OTLP logs", DestinationFamily.Logs, context => new OtlpLogsDestination(context), OtlpSettings.Synced);

    protected override IEnumerable<OtlpMessage> Items(IReadOnlyList<Alert> batch) => batch.Select(Record);

    private OtlpMessage Record(Alert alert) => new OtlpMessage()
        .Fixed(1, "timeUnixNano", alert.UnixNanoseconds)
        .Fixed(11, "observedTimeUnixNano", Now)
        .Number(2, "severityNumber", Severity(alert.Priority))
        .Text(3, "severityText", alert.Priority.Name())
        .Message(5, "body", OtlpAttributes.Of(alert.Output))
        .Messages(6, "attributes", OtlpAttributes.Of(alert));

    /// <summary>The levels of syslog in OpenTelemetry's numbers.</summary>
    private static int Severity(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency => 21,
        AlertPriority.Alert => 19,
        AlertPriority.Critical => 18,
        AlertPriority.Error => 17,
        AlertPriority.Warning => 13,
        AlertPriority.Notice => 10,
        AlertPriority.Informational => 9,
        _ => 5,
    };
}
