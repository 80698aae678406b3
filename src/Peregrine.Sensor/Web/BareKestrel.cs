using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Peregrine.Sensor.Web;

/// <summary>Kestrel itself, without a host, routing or dependency injection, so that it starts in some 20 ms and costs some 6 MB.</summary>
internal sealed class BareKestrel : IDisposable
{
    /// <summary>Nobody needs more at once; who wants to exhaust us gets no further.</summary>
    private const int MaxConnections = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;

    private BareKestrel(KestrelServer server) => _server = server;

    /// <param name="application">Answers requests.</param>
    /// <param name="threads">How many read and write connections; 0 for as many as there are processors.</param>
    /// <param name="configure">Sets where it listens, and its limits.</param>
    /// <exception cref="IOException">The place is taken.</exception>
    public static BareKestrel Start(IHttpApplication<IFeatureCollection> application, int threads, Action<KestrelServerOptions> configure)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        configure(kestrel);
        var transport = new SocketTransportOptions();
        if (threads > 0) transport.IOQueueCount = threads;
        var server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
        try
        {
            server.StartAsync(application, CancellationToken.None).GetAwaiter().GetResult();
            return new BareKestrel(server);
        }
        catch
        {
            server.Dispose();
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
    }

    /// <summary>Kestrel asks for services that it can do without.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => serviceType == typeof(Microsoft.Extensions.Logging.ILoggerFactory) ? NullLoggerFactory.Instance : null;
    }
}
