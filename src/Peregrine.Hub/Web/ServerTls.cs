using System.Security.Cryptography.X509Certificates;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Web;

/// <summary>The server's certificate, and the authorities of its senders where it asks them for one.</summary>
internal sealed class ServerTls : IDisposable
{
    private readonly X509Certificate2Collection _authorities;

    private ServerTls(X509Certificate2 certificate, X509Certificate2Collection authorities) => (Certificate, _authorities) = (certificate, authorities);

    public X509Certificate2 Certificate { get; }

    /// <exception cref="ConfigurationException">A file cannot be used.</exception>
    public static ServerTls Read(SettingValues tls) =>
        new(ClientTlsReader.Certificate(tls.Text("certfile"), tls.Text("keyfile")), tls.Flag("mutualtls") ? ClientTlsReader.Authorities(tls.Text("cacertfile")) : []);

    public bool Trusts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    public void Dispose() => Certificate.Dispose();
}
