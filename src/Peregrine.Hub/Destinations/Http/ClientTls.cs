using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>The certificates for connections that the hub makes: its own, and authorities trusted beside the system's.</summary>
public sealed class ClientTls
{
    public static ClientTls None { get; } = new();

    /// <summary>Shown to servers where <c>mutualtls</c> is on; null when none is configured.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Authorities that are trusted as well as the system's.</summary>
    public X509Certificate2Collection ExtraAuthorities { get; init; } = [];

    /// <summary>The authority of servers that want mutual TLS; where set, those servers must have it, as the reference has it.</summary>
    public X509Certificate2Collection MutualAuthorities { get; init; } = [];

    /// <summary>Options for one connection.</summary>
    /// <param name="host">The name that the server's certificate must have.</param>
    /// <param name="check">False takes any certificate.</param>
    /// <param name="mutual">Show our own certificate, and ask the server for one of <see cref="MutualAuthorities"/>.</param>
    public SslClientAuthenticationOptions Options(string host, bool check, bool mutual)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (mutual && Certificate is not null) options.ClientCertificates = [Certificate];
        // With mutual TLS the reference ignores checkcert: who authenticates wants to know to whom.
        if (!check && !mutual)
        {
#pragma warning disable CA5359 // What `checkcert: false` asks for.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            return options;
        }
        X509Certificate2Collection authorities = [.. ExtraAuthorities, .. mutual ? MutualAuthorities : []];
        if (authorities.Count > 0) options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authorities);
        return options;
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        return own.Build(leaf);
    }
}
