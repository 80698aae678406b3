using System.Net;
using System.Net.Http.Headers;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>A service whose requests carry a token that must be fetched or made, and that ends.</summary>
internal abstract class BearerDestination : HttpDestination
{
    private readonly Leased<string>? _tokens;
    private readonly string _scheme;

    /// <param name="context">The instance's settings.</param>
    /// <param name="fetch">Fetches a token with the destination's client; null where none is wanted.</param>
    /// <param name="scheme">The word before the token.</param>
    protected BearerDestination(DestinationContext context, Func<HttpClient, CancellationToken, ValueTask<Lease<string>>>? fetch, string scheme = "Bearer")
        : base(context)
    {
        _scheme = scheme;
        if (fetch is not null) _tokens = new Leased<string>(cancellation => fetch(Client, cancellation), context.Clock);
    }

    protected override async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (_tokens is not null) request.Headers.Authorization = new AuthenticationHeaderValue(_scheme, await _tokens.GetAsync(cancellation));
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var text = await ReadTextAsync(answer, cancellation);
        if (answer.IsSuccessStatusCode) return ReadSuccess(text);
        var verdict = StatusVerdict.Of(answer, text, Context.Clock);
        var isEnded = answer.StatusCode == HttpStatusCode.Unauthorized && _tokens is not null;
        if (isEnded) _tokens!.Forget();
        return verdict.All.Outcome == DeliveryOutcome.Rejected && (isEnded || Passes(text)) ? DeliveryResult.Retry(verdict.All.Reason) : verdict;
    }

    /// <summary>What an answer with a status of success means.</summary>
    protected virtual DeliveryResult ReadSuccess(string text) => DeliveryResult.Delivered;

    /// <summary>Whether a refusal with this text may be gone later, whatever its status says.</summary>
    protected virtual bool Passes(string text) => false;
}
