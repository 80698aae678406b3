using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Web;

/// <summary>One listening web server: Kestrel itself, without a host, routing or dependency injection, so that it starts in some 20 ms and costs some 6 MB.</summary>
internal sealed class WebServer : IDisposable
{
    /// <summary>Nobody needs more at once; who wants to exhaust us gets no further.</summary>
    private const int MaxConnections = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;
    private readonly X509Certificate2? _certificate;

    private WebServer(KestrelServer server, X509Certificate2? certificate) => (_server, _certificate) = (server, certificate);

    /// <exception cref="IOException">The address is taken, or the certificate cannot be used.</exception>
    public static WebServer Start(WebOptions options, WebPages pages)
    {
        var certificate = options.Certificate is { } file ? ReadCertificate(file) : null;
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        kestrel.Listen(options.Address, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificate is not null) listen.Use(new TlsConnections(new SslServerAuthenticationOptions { ServerCertificate = certificate }).Before);
        });
        var transport = new SocketTransportOptions();
        if (options.Threads > 0) transport.IOQueueCount = options.Threads;
        var server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
        try
        {
            server.StartAsync(pages, CancellationToken.None).GetAwaiter().GetResult();
            return new WebServer(server, certificate);
        }
        catch
        {
            server.Dispose();
            certificate?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            _server.StopAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Somebody still reads; the connection ends with the process.
        }
        _server.Dispose();
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

    /// <summary>Kestrel asks for services that it can do without.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => serviceType == typeof(Microsoft.Extensions.Logging.ILoggerFactory) ? NullLoggerFactory.Instance : null;
    }
}
