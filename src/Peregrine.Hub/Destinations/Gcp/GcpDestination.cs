using System.Net;
using System.Net.Http.Headers;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>A service of Google Cloud, called with a token of the hub's credentials.</summary>
internal abstract class GcpDestination : HttpDestination
{
    protected const string EndpointKey = "endpoint";

    private readonly BearerTokens? _tokens;

    /// <param name="context">The instance's settings.</param>
    /// <param name="grant">What the tokens are for; null where none are wanted.</param>
    /// <exception cref="ConfigurationException">There are no credentials for such tokens.</exception>
    protected GcpDestination(DestinationContext context, GcpGrant? grant)
        : base(context)
    {
        if (grant is not { } wanted) return;
        var credentials = GcpAccount.Of(context);
        if (wanted.IsIdentity && !credentials.HasIdentity) throw new ConfigurationException($"{context.Kind.Section}: the Google credentials give no identity tokens; those of a service account do");
        _tokens = new BearerTokens(cancellation => credentials.FetchAsync(wanted, Client, context.Clock.GetUtcNow(), cancellation), context.Clock);
    }

    /// <summary>For services that can be reached at another address than the public one.</summary>
    protected static IReadOnlyList<Setting> EndpointSetting { get; } = Setting.Ours(Setting.Text(EndpointKey, "Address of the service instead of the public one (a private endpoint)"));

    /// <summary>The configured address of the service, or the public one, with a path.</summary>
    /// <exception cref="ConfigurationException">The settings make no address.</exception>
    protected static Uri Endpoint(DestinationContext context, string usual, string path)
    {
        if (context.Settings.IsSet(EndpointKey)) return context.Address(EndpointKey, path);
        return Uri.TryCreate(usual + path, UriKind.Absolute, out var address) ? address : throw new ConfigurationException($"{context.Kind.Section}: '{usual}' is no address");
    }

    protected override async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (_tokens is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _tokens.GetAsync(cancellation));
    }

    protected override async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var text = await ReadTextAsync(answer, cancellation);
        if (answer.IsSuccessStatusCode) return ReadSuccess(text);
        var verdict = StatusVerdict.Of(answer, text, Context.Clock);
        if (verdict.All.Outcome != DeliveryOutcome.Rejected) return verdict;
        if (answer.StatusCode == HttpStatusCode.Unauthorized && _tokens is not null)
        {
            _tokens.Forget();
            return DeliveryResult.Retry(verdict.All.Reason);
        }
        // Some quotas are told with 403.
        return text.Contains("LimitExceeded", StringComparison.OrdinalIgnoreCase) || text.Contains("quotaExceeded", StringComparison.OrdinalIgnoreCase) ? DeliveryResult.Retry(verdict.All.Reason) : verdict;
    }

    /// <summary>What an answer with a status of success means.</summary>
    protected virtual DeliveryResult ReadSuccess(string text) => DeliveryResult.Delivered;
}
