using System.Globalization;
using System.Net.Http.Headers;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>A collector that takes one signal, over HTTP in protobuf or JSON, or over gRPC; a kind says what alerts become.</summary>
internal abstract class OtlpDestination(DestinationContext context, OtlpSignal signal) : HttpDestination(context)
{
    private readonly bool _isGrpc = context.Text(OtlpSettings.Protocol) == OtlpSettings.Grpc;
    private readonly bool _isJson = context.Text(OtlpSettings.Protocol) == OtlpSettings.HttpJson;
    private readonly bool _isCompressed = OtlpSettings.IsCompressed(context);
    private readonly Uri _address = OtlpSettings.Address(context, signal);
    private readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(context.Settings.Integer("timeout"));
    private readonly IReadOnlyList<(string Name, string Value)> _headers = OtlpSettings.Pairs(context.Text("headers"));
    private readonly IReadOnlyList<(string Name, string Value)> _resource = OtlpSettings.Resource(context);

    /// <summary>The records, spans or metrics of a batch.</summary>
    protected abstract IEnumerable<OtlpMessage> Items(IReadOnlyList<Alert> batch);

    /// <summary>The hub's time in nanoseconds since 1970.</summary>
    protected long Now => (Context.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    public override ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation) => ExportAsync(CreateRequest(batch), batch, cancellation);

    /// <summary>Sends a request within the signal's own time limit.</summary>
    protected async ValueTask<DeliveryResult> ExportAsync(HttpRequestMessage request, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            return await SendAsync(request, batch, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"no answer within {_timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)} ms");
        }
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => CreateRequest(Items(batch));

    protected HttpRequestMessage CreateRequest(IEnumerable<OtlpMessage> items)
    {
        var message = signal.Request(_resource, items);
        var body = _isJson ? JsonBody.Bytes(message.WriteJson) : message.ToProtobuf();
        if (_isCompressed) body = GzipBody.Pack(body);
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(_isGrpc ? GrpcFrame.Of(body, _isCompressed) : body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(_isGrpc ? "application/grpc" : _isJson ? JsonBody.MediaType : "application/x-protobuf");
        if (_isGrpc)
        {
            (request.Version, request.VersionPolicy) = (System.Net.HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
            if (_isCompressed) request.Headers.Add("grpc-encoding", "gzip");
        }
        else if (_isCompressed)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }
        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var body = await ReadBytesAsync(answer, cancellation);
        var isProtobuf = answer.Content.Headers.ContentType?.MediaType == "application/x-protobuf";
        if (!answer.IsSuccessStatusCode) return StatusVerdict.Of(answer, isProtobuf ? OtlpAnswer.ErrorText(body) : System.Text.Encoding.UTF8.GetString(body), Context.Clock);
        if (!_isGrpc) return isProtobuf ? OtlpAnswer.Protobuf(body) : OtlpAnswer.Json(body, signal.Rejected);
        // A call that fails at once has its status among the headers.
        var status = Status(answer.TrailingHeaders) ?? Status(answer.Headers) ?? DeliveryResult.Retry("what answers speaks no gRPC");
        return status.All.Outcome == DeliveryOutcome.Delivered ? OtlpAnswer.Protobuf(GrpcFrame.First(body)) : status;
    }

    private static DeliveryResult? Status(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values) || !int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)) return null;
        return OtlpAnswer.Status(code, headers.TryGetValues("grpc-message", out var texts) ? Uri.UnescapeDataString(texts.First()) : "");
    }
}
