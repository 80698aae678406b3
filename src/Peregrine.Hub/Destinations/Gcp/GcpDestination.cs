using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>A service of Google Cloud, called with a token of the hub's credentials.</summary>
/// <param name="context">The instance's settings.</param>
/// <param name="grant">What the tokens are for; null where none are wanted.</param>
internal abstract class GcpDestination(DestinationContext context, GcpGrant? grant) : BearerDestination(context, grant is { } wanted ? Tokens(context, wanted) : null)
{
    protected const string EndpointKey = "endpoint";

    /// <summary>For services that can be reached at another address than the public one.</summary>
    protected static IReadOnlyList<Setting> EndpointSetting { get; } = Setting.Ours(Setting.Text(EndpointKey, "Address of the service instead of the public one (a private endpoint)"));

    /// <summary>The configured address of the service, or the public one, with a path.</summary>
    /// <exception cref="ConfigurationException">The settings make no address.</exception>
    protected static Uri Endpoint(DestinationContext context, string usual, string path)
    {
        if (context.Settings.IsSet(EndpointKey)) return context.Address(EndpointKey, path);
        return Uri.TryCreate(usual + path, UriKind.Absolute, out var address) ? address : throw new ConfigurationException($"{context.Kind.Section}: '{usual}' is no address");
    }

    // Some quotas are told with 403.
    protected override bool Passes(string text) => text.Contains("LimitExceeded", StringComparison.OrdinalIgnoreCase) || text.Contains("quotaExceeded", StringComparison.OrdinalIgnoreCase);

    private static Func<HttpClient, CancellationToken, ValueTask<Lease<string>>> Tokens(DestinationContext context, GcpGrant grant)
    {
        var credentials = GcpAccount.Of(context);
        if (grant.IsIdentity && !credentials.HasIdentity) throw new ConfigurationException($"{context.Kind.Section}: the Google credentials give no identity tokens; those of a service account do");
        return (client, cancellation) => credentials.FetchAsync(grant, client, context.Clock.GetUtcNow(), cancellation);
    }
}
