using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Peregrine.Kernel.Files;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Web;

namespace Peregrine.Sensor.Grpc;

/// <summary>One listening gRPC server: HTTP/2 at a unix socket, or at an address where clients must show a certificate.</summary>
internal sealed class GrpcServer : IDisposable
{
    /// <summary>Root and its group may use the socket.</summary>
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly BareKestrel _kestrel;
    private readonly CancellationTokenSource _stopping;
    private readonly X509Certificate2? _certificate;
    private readonly string? _socket;

    private GrpcServer(BareKestrel kestrel, CancellationTokenSource stopping, X509Certificate2? certificate, string? socket) =>
        (_kestrel, _stopping, _certificate, _socket) = (kestrel, stopping, certificate, socket);

    /// <exception cref="IOException">The place is taken, or a certificate cannot be used.</exception>
    public static GrpcServer Start(GrpcOptions options, AlertFeed feed)
    {
        var stopping = new CancellationTokenSource();
        X509Certificate2? certificate = null;
        try
        {
            TlsConnections? tls = null;
            if (options.Address is not null) (tls, certificate) = MutualTls(options);
            if (options.SocketPath is { } path) MakeRoom(path);
            var kestrel = BareKestrel.Start(new GrpcServices(options.ServesAlerts ? feed : null, stopping.Token), options.Threads, server =>
            {
                // Clients say https where TLS ends before Kestrel sees it.
                server.AllowAlternateSchemes = true;
                // Subscribers may be silent for days, in both directions; pings tell whether they are there.
                server.Limits.MaxRequestBodySize = null;
                server.Limits.MinRequestBodyDataRate = null;
                server.Limits.MinResponseDataRate = null;
                server.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
                server.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
                server.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
                if (options.SocketPath is { } socket) server.ListenUnixSocket(socket, static listen => listen.Protocols = HttpProtocols.Http2);
                else server.Listen(options.Address!, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.Use(tls!.Before);
                });
            });
            if (!OperatingSystem.IsWindows() && options.SocketPath is { } made) File.SetUnixFileMode(made, SocketMode);
            return new GrpcServer(kestrel, stopping, certificate, options.SocketPath);
        }
        catch
        {
            stopping.Dispose();
            certificate?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Calls end with a status of their own before their connections do.
        _stopping.Cancel();
        _kestrel.Dispose();
        _certificate?.Dispose();
        _stopping.Dispose();
        if (_socket is not null) File.Delete(_socket);
    }

    private static (TlsConnections Tls, X509Certificate2 Certificate) MutualTls(GrpcOptions options)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.CertificateChain);
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(options.RootCertificates);
            if (roots.Count == 0) throw new IOException($"{options.RootCertificates} holds no certificate of an authority");
            using var pem = X509Certificate2.CreateFromPemFile(options.CertificateChain, options.PrivateKey);
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.AddRange(roots);
            var authentication = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
                ClientCertificateRequired = true,
                CertificateChainPolicy = trust,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            };
            return (new TlsConnections(authentication), certificate);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"cannot use {options.CertificateChain}, {options.PrivateKey} and {options.RootCertificates}: {e.Message}", e);
        }
    }

    /// <summary>Makes the socket's folder, and takes away a socket that nobody listens at any more. One that is in use, or something else of that name, is left alone.</summary>
    private static void MakeRoom(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && FileIdentity.Of(path) is { IsSocket: true })
        {
            File.Delete(path);
            return;
        }
        catch (SocketException)
        {
            // It is no socket, or not ours to use.
        }
        throw new IOException($"{path} is in use");
    }
}
