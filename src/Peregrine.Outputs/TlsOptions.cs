using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Peregrine.Outputs;

/// <summary>Whom an output trusts, and how it shows itself. Paths of PEM files; an empty one names none.</summary>
public sealed record TlsOptions
{
    private const string SystemAuthorities = "/etc/ssl/certs";

    /// <summary>Whether the server's certificate is not checked at all.</summary>
    public bool Insecure { get; init; }

    /// <summary>A file with the certificate authority to trust, in place of the system's.</summary>
    public string CaCert { get; init; } = "";

    /// <summary>A file with several authorities.</summary>
    public string CaBundle { get; init; } = "";

    /// <summary>A folder of authorities; the system's own are used when it is the system's.</summary>
    public string CaPath { get; init; } = "";

    /// <summary>Our certificate, and those that lead from it to its authority; empty to show none.</summary>
    public string ClientCert { get; init; } = "";

    public string ClientKey { get; init; } = "";

    /// <summary>The files that are read; when one changes, the output has to be made anew.</summary>
    public IEnumerable<string> Files => new[] { CaCert, CaBundle, ClientCert, ClientKey }.Where(static f => f.Length > 0);

    /// <summary>Reads the files.</summary>
    /// <param name="host">Whose name the server's certificate must have.</param>
    /// <exception cref="IOException">A file cannot be read, or holds something else; the message names it.</exception>
    public SslClientAuthenticationOptions ForClient(string host)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = SslProtocols.None };
        if (ClientCert.Length > 0)
        {
            var chain = Load(ClientCert, ReadAll);
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(Load(ClientKey, ReadOwn), chain, offline: true);
        }
        if (Insecure) Unchecked(tls);
        else if (Authorities() is { } own) tls.CertificateChainPolicy = Trusting(own);
        return tls;
    }

    private X509Certificate2 ReadOwn(string key)
    {
        using var pem = X509Certificate2.CreateFromPemFile(ClientCert, key);
        // A key that was only just read from PEM is ephemeral, which the handshake refuses on some platforms; PKCS#12 makes it usable everywhere.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2Collection ReadAll(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new CryptographicException("there is no certificate in it");
    }

    private static void Unchecked(SslClientAuthenticationOptions tls) =>
#pragma warning disable CA5359 // The operator wrote `insecure: true`.
        tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359

    /// <summary>The authorities that are named; null when none is beyond the system's.</summary>
    private X509Certificate2Collection? Authorities()
    {
        var own = new X509Certificate2Collection();
        if (CaCert.Length > 0) own.AddRange(Load(CaCert, ReadAll));
        if (CaBundle.Length > 0) own.AddRange(Load(CaBundle, ReadAll));
        if (CaPath.Length > 0 && Path.TrimEndingDirectorySeparator(CaPath) != SystemAuthorities && Directory.Exists(CaPath))
            foreach (var file in Directory.EnumerateFiles(CaPath)) AddFrom(file, own);
        return own.Count > 0 ? own : null;
    }

    /// <summary>A folder may hold other things than certificates.</summary>
    private static void AddFrom(string file, X509Certificate2Collection authorities)
    {
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
        }
    }

    private static T Load<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message;
            throw new IOException($"cannot use {file}: {why}", e);
        }
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
