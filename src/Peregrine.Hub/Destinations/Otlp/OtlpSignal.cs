namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>What the signals have in common: one shape of request under different names.</summary>
/// <param name="Path">Where a collector takes it over HTTP.</param>
/// <param name="Method">The same over gRPC.</param>
/// <param name="Resources">The request's list, one entry for each sender.</param>
/// <param name="Scopes">A sender's list, one entry for each of its parts.</param>
/// <param name="Items">A part's list of records, spans or metrics.</param>
/// <param name="Rejected">How many of them were refused, in an answer.</param>
internal sealed record OtlpSignal(string Path, string Method, string Resources, string Scopes, string Items, string Rejected)
{
    public static OtlpSignal Logs { get; } = new("/v1/logs", Service("logs.v1.LogsService"), "resourceLogs", "scopeLogs", "logRecords", "rejectedLogRecords");

    public static OtlpSignal Traces { get; } = new("/v1/traces", Service("trace.v1.TraceService"), "resourceSpans", "scopeSpans", "spans", "rejectedSpans");

    public static OtlpSignal Metrics { get; } = new("/v1/metrics", Service("metrics.v1.MetricsService"), "resourceMetrics", "scopeMetrics", "metrics", "rejectedDataPoints");

    /// <summary>A request of one sender.</summary>
    public OtlpMessage Request(IEnumerable<(string Name, string Value)> resource, IEnumerable<OtlpMessage> items)
    {
        var scope = new OtlpMessage().Message(1, "scope", new OtlpMessage().Text(1, "name", "peregrine-hub")).Messages(2, Items, items);
        var sender = new OtlpMessage()
            .Message(1, "resource", new OtlpMessage().Messages(1, "attributes", resource.Select(a => OtlpAttributes.Attribute(a.Name, a.Value))))
            .Messages(2, Scopes, [scope]);
        return new OtlpMessage().Messages(1, Resources, [sender]);
    }

    private static string Service(string name) => $"/opentelemetry.proto.collector.{name}/Export";
}
