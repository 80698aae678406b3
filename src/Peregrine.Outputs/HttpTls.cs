using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Peregrine.Outputs;

/// <summary>Whom the http output trusts and how it shows itself.</summary>
internal static class HttpTls
{
    private const string SystemAuthorities = "/etc/ssl/certs";

    public static SocketsHttpHandler Handler(HttpOutputOptions options)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = options.Timeout, UseCookies = false };
        if (options.Url.Scheme != Uri.UriSchemeHttps) return handler;
        var tls = handler.SslOptions;
        if (options.MutualTls) tls.ClientCertificates = [ClientCertificate(options)];
        if (options.Insecure) Unchecked(tls);
        else if (Authorities(options) is { } own) tls.CertificateChainPolicy = Trusting(own);
        return handler;
    }

    private static X509Certificate2 ClientCertificate(HttpOutputOptions options)
    {
        using var pem = X509Certificate2.CreateFromPemFile(options.ClientCert, options.ClientKey);
        // A key that was only just read from PEM is ephemeral, which the handshake refuses on some platforms; PKCS#12 makes it usable everywhere.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static void Unchecked(SslClientAuthenticationOptions tls) =>
#pragma warning disable CA5359 // The operator wrote `insecure: true`.
        tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359

    /// <summary>The authorities that the options name; null when they name none beyond the system's.</summary>
    private static X509Certificate2Collection? Authorities(HttpOutputOptions options)
    {
        var own = new X509Certificate2Collection();
        if (options.CaCert.Length > 0) own.ImportFromPemFile(options.CaCert);
        if (options.CaBundle.Length > 0) own.ImportFromPemFile(options.CaBundle);
        if (options.CaPath.Length > 0 && Path.TrimEndingDirectorySeparator(options.CaPath) != SystemAuthorities && Directory.Exists(options.CaPath))
            foreach (var file in Directory.EnumerateFiles(options.CaPath)) own.ImportFromPemFile(file);
        return own.Count > 0 ? own : null;
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
