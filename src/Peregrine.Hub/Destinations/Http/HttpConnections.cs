using System.Net;
using System.Net.Security;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Makes the HTTP client of a destination: pooled connections, the proxies of the environment, certificates as configured, no redirects (they would carry tokens elsewhere).</summary>
internal static class HttpConnections
{
    /// <summary>TLS as the settings want it.</summary>
    public static SslClientAuthenticationOptions Tls(DestinationContext context)
    {
        var tls = context.TlsOptions("");
        // The host comes from the address of the request.
        tls.TargetHost = null;
        return tls;
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

    /// <summary>Connects to where requests for this address go, as far as TLS; no request is made. Of a server behind a proxy nothing more than the proxy can be tried so.</summary>
    /// <exception cref="IOException">Nobody is there, or TLS failed.</exception>
    public static async ValueTask ProbeAsync(Uri server, SslClientAuthenticationOptions tls, string certificateName, CancellationToken cancellation)
    {
        var proxy = HttpClient.DefaultProxy.IsBypassed(server) ? null : HttpClient.DefaultProxy.GetProxy(server);
        var isSecure = proxy is null && server.Scheme == Uri.UriSchemeHttps;
        await using var connection = new StreamConnection((proxy ?? server).IdnHost, (proxy ?? server).Port, isSecure ? new SslClientAuthenticationOptions
        {
            TargetHost = certificateName,
            ClientCertificates = tls.ClientCertificates,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
        }
        : null);
        await connection.ProbeAsync(cancellation);
    }
}
