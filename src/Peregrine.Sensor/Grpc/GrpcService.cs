using Peregrine.Kernel.Files;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Grpc;

/// <summary>Has the gRPC server run as the configuration wants it. A server that cannot start is told to the log and costs the sensor nothing else.</summary>
internal sealed class GrpcService(Session session) : IDisposable
{
    private GrpcOptions? _running;
    private IReadOnlyList<FileIdentity?> _certificates = [];
    private GrpcServer? _server;

    /// <summary>Starts, stops, or starts anew what changed; one that could not start is tried again.</summary>
    public void Apply(GrpcOptions? options)
    {
        IReadOnlyList<FileIdentity?> certificates = options is null ? [] : [.. Files(options).Select(FileIdentity.Of)];
        if (_server is not null && options == _running && certificates.SequenceEqual(_certificates)) return;
        Dispose();
        if (options is null) return;
        var feed = session.Current.Feed;
        feed.Capacity = options.Backlog;
        try
        {
            _server = GrpcServer.Start(options, feed);
            (_running, _certificates) = (options, certificates);
            session.Log.Info($"gRPC server: {options.Place}");
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            session.Log.Error($"the gRPC server does not start at {options.Place}: {e.Message}");
        }
    }

    /// <summary>The certificates and the key; none for a socket.</summary>
    public static IEnumerable<string> Files(GrpcOptions options) => options.Address is null ? [] : [options.CertificateChain, options.PrivateKey, options.RootCertificates];

    public void Dispose()
    {
        _server?.Dispose();
        _server = null;
    }
}
