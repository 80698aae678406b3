using Peregrine.Kernel.Files;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Metrics;

namespace Peregrine.Sensor.Web;

/// <summary>Has the web server run as the configuration wants it. A server that cannot start is told to the log and costs the sensor nothing else.</summary>
internal sealed class WebService(Session session, MetricsSampler sampler) : IDisposable
{
    private WebOptions? _running;
    private FileIdentity? _certificate;
    private IDisposable? _server;

    /// <summary>Starts, stops, or starts anew what changed; one that could not start is tried again.</summary>
    public void Apply(WebOptions options)
    {
        var certificate = options.Certificate is { } file ? FileIdentity.Of(file) : null;
        if (_server is not null && options == _running && certificate == _certificate) return;
        Dispose();
        if (!options.Enabled) return;
        try
        {
            // The types behind this call are loaded when it is made: a sensor without a web server does without them.
            _server = WebServer.Start(options, new WebPages(options, session, sampler));
            (_running, _certificate) = (options, certificate);
            session.Log.Info($"Web server: {(options.Certificate is null ? "http" : "https")}://{options.Address}");
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            session.Log.Error($"the web server does not start at {options.Address}: {e.Message}");
        }
    }

    public void Dispose()
    {
        _server?.Dispose();
        _server = null;
    }
}
