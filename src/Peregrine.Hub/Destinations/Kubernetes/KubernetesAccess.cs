using System.Net.Http.Headers;
using System.Net.Security;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>Where a cluster's API server is, and who we are there.</summary>
/// <param name="Server">Its address, with a slash at the end.</param>
/// <param name="Tls">How it is known, and our certificate.</param>
/// <param name="ServerName">The name that its certificate must have where that is not the address's host; empty for the host.</param>
/// <param name="Authorization">Asked before each request, since tokens in files are replaced while the hub runs; null for none.</param>
internal sealed record KubernetesAccess(Uri Server, SslClientAuthenticationOptions Tls, string ServerName, Func<CancellationToken, ValueTask<AuthenticationHeaderValue?>> Authorization)
{
    /// <summary>Where a pod finds its service account.</summary>
    public const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>From a kubeconfig where one is named, else from the service account of the pod that the hub runs in.</summary>
    /// <exception cref="ConfigurationException">The file cannot be used; or there is none, and the hub runs in no pod.</exception>
    public static KubernetesAccess Find(string kubeconfig, string section)
    {
        try
        {
            return kubeconfig.Length > 0 ? KubeConfigReader.Read(kubeconfig) : OfPod(AccountFolder, Environment.GetEnvironmentVariable)
                ?? throw new ConfigurationException($"a file is needed, since the hub does not run in a pod with a service account ({AccountFolder})");
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{section}.kubeconfig: {e.Message}", e);
        }
    }

    /// <summary>Makes a request one of ours.</summary>
    /// <exception cref="IOException">There is no token to be had.</exception>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        // The name that is asked for is also the one that the certificate must have.
        if (ServerName.Length > 0) request.Headers.Host = ServerName;
        request.Headers.Authorization = await Authorization(cancellation);
    }

    /// <summary>The pod's service account; null outside a pod.</summary>
    public static KubernetesAccess? OfPod(string folder, Func<string, string?> environment)
    {
        var (host, port, token) = (environment("KUBERNETES_SERVICE_HOST"), environment("KUBERNETES_SERVICE_PORT"), Path.Combine(folder, "token"));
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(token)) return null;
        var server = new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}/");
        var tls = new ClientTls { ExtraAuthorities = ClientTlsReader.Authorities(Path.Combine(folder, "ca.crt")) };
        return new KubernetesAccess(server, Options(tls, check: true), "", stop => FileTokenAsync(token, stop));
    }

    /// <param name="tls">Authorities and our certificate.</param>
    /// <param name="check">Whether the server's certificate is checked.</param>
    public static SslClientAuthenticationOptions Options(ClientTls tls, bool check)
    {
        var options = tls.Options("", check, mutual: false);
        // The host comes from the request.
        options.TargetHost = null;
        if (tls.Certificate is not null) options.ClientCertificates = [tls.Certificate];
        return options;
    }

    public static async ValueTask<AuthenticationHeaderValue?> FileTokenAsync(string file, CancellationToken cancellation) => HttpAuthorization.Token("Bearer", (await File.ReadAllTextAsync(file, cancellation)).Trim());
}
