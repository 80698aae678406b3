using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Web;

/// <summary>One listening web server.</summary>
internal sealed class WebServer : IDisposable
{
    private readonly BareKestrel _kestrel;
    private readonly X509Certificate2? _certificate;

    private WebServer(BareKestrel kestrel, X509Certificate2? certificate) => (_kestrel, _certificate) = (kestrel, certificate);

    /// <exception cref="IOException">The address is taken, or the certificate cannot be used.</exception>
    public static WebServer Start(WebOptions options, WebPages pages)
    {
        var certificate = options.Certificate is { } file ? ReadCertificate(file) : null;
        try
        {
            var kestrel = BareKestrel.Start(pages, options.Threads, server =>
            {
                server.Limits.MaxRequestBodySize = 0;
                server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
                server.Listen(options.Address, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    if (certificate is not null) listen.Use(new TlsConnections(new SslServerAuthenticationOptions { ServerCertificate = certificate }).Before);
                });
            });
            return new WebServer(kestrel, certificate);
        }
        catch
        {
            certificate?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _kestrel.Dispose();
        _certificate?.Dispose();
    }

    private static X509Certificate2 ReadCertificate(string file)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(file);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"cannot use {file} as certificate and key: {e.Message}", e);
        }
    }
}
