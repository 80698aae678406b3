using System.Net;
using System.Net.Security;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Makes the HTTP client of a destination: pooled connections, the proxies of the environment, certificates as configured, no redirects (they would carry tokens elsewhere).</summary>
internal static class HttpConnections
{
    public static HttpClient Create(DestinationContext context)
    {
        var tls = context.TlsOptions("");
        // The host comes from the address of the request.
        tls.TargetHost = null;
        return Create(tls);
    }

    public static HttpClient Create(SslClientAuthenticationOptions tls)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // Names of services move; a connection that lives for ever would miss it.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            SslOptions = tls,
        };
        var client = new HttpClient(handler)
        {
            // The worker's own time limit ends a delivery.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = HttpDestination.MaxAnswerBytes,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Peregrine-Hub");
        return client;
    }
}
