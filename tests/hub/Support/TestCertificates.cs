using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Peregrine.HubTests.Support;

/// <summary>An authority with a certificate for a server on loopback and one for a client, as PEM files in a folder.</summary>
internal sealed class TestCertificates
{
    /// <param name="folder">Where the files go.</param>
    /// <param name="hosts">Names that the server has beside those of loopback.</param>
    public TestCertificates(TemporaryFolder folder, params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        Authority = folder.File("ca.pem");
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        (Server, ServerKey) = Issue(folder, authority, "server", hosts);
        (Client, ClientKey) = Issue(folder, authority, "client", []);
    }

    public string Authority { get; }

    public string Server { get; }

    public string ServerKey { get; }

    public string Client { get; }

    public string ClientKey { get; }

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 Load()
    {
        using var pem = X509Certificate2.CreateFromPemFile(Server, ServerKey);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Makes a recorder speak TLS with the server's certificate, and ask for the client's where <paramref name="mode"/> says so.</summary>
    public Action<ListenOptions> Secure(ClientCertificateMode mode = ClientCertificateMode.NoCertificate) => listen => listen.UseHttps(https =>
    {
        https.ServerCertificate = Load();
        https.ClientCertificateMode = mode;
        https.ClientCertificateValidation = (certificate, _, _) => certificate.Subject == "CN=client";
    });

    private static (string Certificate, string Key) Issue(TemporaryFolder folder, X509Certificate2 authority, string name, string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Prepend("localhost")) names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        var (file, keyFile) = (folder.File(name + ".pem"), folder.File(name + ".key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }
}
