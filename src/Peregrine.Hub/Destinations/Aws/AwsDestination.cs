using System.Net.Http.Headers;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A service whose requests are signed as AWS wants it.</summary>
internal abstract class AwsDestination : HttpDestination
{
    protected const string EndpointKey = "endpoint";

    private readonly AwsAccount _account;
    private readonly string _service;
    private readonly Leased<AwsAccount>? _keys;

    protected AwsDestination(DestinationContext context, AwsAccount account, string service)
        : base(context)
    {
        (_account, _service) = (account, service);
        if (account.Source is { } source) _keys = new Leased<AwsAccount>(cancellation => source.FetchAsync(account, Client, context.Clock.GetUtcNow(), cancellation), context.Clock);
    }

    /// <summary>For services that can be reached at another address than the region's public one.</summary>
    protected static IReadOnlyList<Setting> EndpointSetting { get; } = Setting.Ours(Setting.Text(EndpointKey, "Address of the service instead of the region's (a VPC endpoint, an emulator)"));

    /// <summary>The region's address of the service, or the configured one.</summary>
    protected static Uri Endpoint(DestinationContext context, AwsAccount account, string service) =>
        context.Settings.IsSet(EndpointKey) ? context.Address(EndpointKey) : account.Endpoint(service);

    /// <summary>A call of the JSON protocols.</summary>
    /// <param name="address">Where the service answers.</param>
    /// <param name="target">The call with its interface's version.</param>
    /// <param name="version">The protocol's (<c>1.0</c>, <c>1.1</c>).</param>
    /// <param name="write">Writes the arguments.</param>
    protected static HttpRequestMessage Call(Uri address, string target, string version, Action<Utf8JsonWriter> write)
    {
        var content = new ByteArrayContent(JsonBody.Bytes(write));
        // Without a charset: the protocol's media type is compared as a whole.
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-" + version);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add("X-Amz-Target", target);
        return request;
    }

    protected override async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellation);
        var signer = _keys is null ? _account : await _keys.GetAsync(cancellation);
        SigV4.Sign(request, body, signer, _service, Context.Clock.GetUtcNow());
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var text = await ReadTextAsync(answer, cancellation);
        if (text.Contains("ExpiredToken", StringComparison.Ordinal)) _keys?.Forget();
        return answer.IsSuccessStatusCode ? ReadSuccess(answer, text, batch) : AwsVerdict.Of(answer, text, Context.Clock);
    }

    /// <summary>What an answer with a status of success says of the batch's alerts.</summary>
    protected virtual DeliveryResult ReadSuccess(HttpResponseMessage answer, string text, IReadOnlyList<Alert> batch) => DeliveryResult.Delivered;
}
