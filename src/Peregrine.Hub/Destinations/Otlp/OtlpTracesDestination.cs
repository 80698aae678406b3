using System.Buffers.Binary;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>OpenTelemetry traces: a span for each event. The events of one pod, else of one container, else of one machine are one trace, as the reference has it; others are traces of their own.</summary>
internal sealed class OtlpTracesDestination(DestinationContext context) : OtlpDestination(context, OtlpSignal.Traces)
{
    private const int ServerSpan = 2;

    private readonly long _duration = context.Settings.Integer("duration") * 1_000_000;

    public static DestinationKind Kind { get; } = OtlpSettings.Declare(
        "otlptraces", "otlp.traces", "OTLP traces", DestinationFamily.Metrics, context => new OtlpTracesDestination(context),
        Setting.Integer("duration", "How long a span lasts, in milliseconds", 1000, most: 86_400_000), OtlpSettings.Synced);

    protected override IEnumerable<OtlpMessage> Items(IReadOnlyList<Alert> batch) => batch.Select(Span);

    private OtlpMessage Span(Alert alert) => new OtlpMessage()
        .Id(1, "traceId", TraceId(alert))
        .Id(2, "spanId", SpanId(alert))
        .Text(5, "name", alert.Rule)
        .Number(6, "kind", ServerSpan)
        .Fixed(7, "startTimeUnixNano", alert.UnixNanoseconds)
        .Fixed(8, "endTimeUnixNano", alert.UnixNanoseconds + _duration)
        .Messages(9, "attributes", OtlpAttributes.Of(alert))
        .Messages(11, "events", [new OtlpMessage().Fixed(1, "timeUnixNano", alert.UnixNanoseconds).Text(2, "name", alert.Output)]);

    private static byte[] TraceId(Alert alert)
    {
        var (space, pod, container) = (alert.FieldText("k8s.ns.name"), alert.FieldText("k8s.pod.name"), alert.FieldText("container.id"));
        if (space.Length > 0 && pod.Length > 0) return Hash($"{space}:{pod}");
        if (container is not ("" or "host")) return Hash(container);
        return alert.FieldText("evt.hostname") is { Length: > 0 } hostname ? Hash(hostname) : alert.Id.ToByteArray(bigEndian: true);
    }

    // Half of the event's identity, so that a repeated delivery is the same span.
    private static byte[] SpanId(Alert alert) => alert.Id.ToByteArray(bigEndian: true)[8..];

    /// <summary>FNV-1a of 128 bits.</summary>
    private static byte[] Hash(string text)
    {
        var hash = new UInt128(0x6c62272e07bb0142, 0x62b821756295c58d);
        foreach (var value in Encoding.UTF8.GetBytes(text)) hash = unchecked((hash ^ value) * new UInt128(0x0000000001000000, 0x000000000000013b));
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return bytes;
    }
}
