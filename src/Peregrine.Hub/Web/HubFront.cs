using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Web;

/// <summary>
/// What the hub listens on. It outlives the hub behind it: while a changed configuration is taken over, requests wait here, and nobody is refused. Only other addresses make it listen anew.
/// </summary>
internal sealed class HubFront(ILoggerFactory logs) : IAsyncDisposable
{
    // What is under way may end this long before the hub behind it does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private WebApplication? _application;
    private ListenSettings? _listening;
    private ServerTls? _tls;
    private RequestDelegate? _current;
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _left;
    private int _underWay;

    /// <summary>The addresses that it listens on.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _application!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Lets requests through to a hub, and listens where its configuration says.</summary>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    /// <exception cref="ConfigurationException">A certificate cannot be used.</exception>
    public async ValueTask OpenAsync(HubConfiguration configuration, RequestDelegate hub)
    {
        var settings = ListenSettings.Of(configuration);
        var tls = settings.IsTls ? ServerTls.Read(configuration.TlsServer) : null;
        // New connections are shown the new certificate; handshakes under way may still use the old one.
        _tls = tls;
        if (settings != _listening) await ListenAsync(settings);
        lock (_lock)
        {
            _current = hub;
            _opened.TrySetResult();
        }
    }

    /// <summary>Tries whether the addresses of another configuration can be listened on, beside those that are.</summary>
    /// <exception cref="ConfigurationException">One cannot.</exception>
    public void Check(HubConfiguration configuration)
    {
        var settings = ListenSettings.Of(configuration);
        foreach (var address in settings.Addresses.Except(_listening?.Addresses ?? []))
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = address.Address.Equals(IPAddress.IPv6Any);
                socket.Bind(address);
            }
            catch (SocketException e)
            {
                throw new ConfigurationException($"{address} cannot be listened on: {e.Message}", e);
            }
        }
    }

    /// <summary>Makes requests wait, and returns when those that are under way have ended, or had time enough.</summary>
    public async ValueTask CloseAsync()
    {
        Task left;
        lock (_lock)
        {
            if (_current is null) return;
            _current = null;
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_underWay == 0) return;
            _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            left = _left.Task;
        }
        await Task.WhenAny(left, Task.Delay(Patience));
    }

    /// <summary>Listens no more; who still waits is told to come again.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        lock (_lock)
        {
            _current = static context =>
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            };
            _opened.TrySetResult();
        }
        await StopAsync();
        _tls?.Dispose();
    }

    private async ValueTask StopAsync()
    {
        if (_application is null) return;
        await _application.StopAsync();
        await _application.DisposeAsync();
        (_application, _listening) = (null, null);
    }

    private async ValueTask ListenAsync(ListenSettings settings)
    {
        await StopAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.WebHost.ConfigureKestrel(options => Listen(options, settings));
        var application = builder.Build();
        application.Run(HandleAsync);
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
        (_application, _listening) = (application, settings);
    }

    private async Task HandleAsync(HttpContext context)
    {
        RequestDelegate? hub;
        while ((hub = Enter(out var opened)) is null) await opened.WaitAsync(context.RequestAborted);
        try
        {
            await hub(context);
        }
        finally
        {
            Leave();
        }
    }

    private RequestDelegate? Enter(out Task opened)
    {
        lock (_lock)
        {
            opened = _opened.Task;
            if (_current is not null) _underWay++;
            return _current;
        }
    }

    private void Leave()
    {
        lock (_lock)
            if (--_underWay == 0) _left?.TrySetResult();
    }

    private void Listen(KestrelServerOptions options, ListenSettings settings)
    {
        options.AddServerHeader = false;
        // The reader of bodies has the bound, since it counts what is unpacked.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Slow senders cost a connection, no more; this many are enough for a fleet.
        options.Limits.MaxConcurrentConnections = 20_000;
        options.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        void On(int port, Action<ListenOptions> configure)
        {
            if (settings.Address is null) options.ListenAnyIP(port, configure);
            else options.Listen(settings.Address, port, configure);
        }
        On(settings.Port, listen =>
        {
            if (settings.IsTls) listen.UseHttps(Https(settings));
        });
        if (settings.PlainPort is { } plain) On(plain, static _ => { });
    }

    private HttpsConnectionAdapterOptions Https(ListenSettings settings)
    {
        var options = new HttpsConnectionAdapterOptions { ServerCertificateSelector = (_, _) => _tls!.Certificate, SslProtocols = System.Security.Authentication.SslProtocols.None };
        if (!settings.AsksForCertificate) return options;
        options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        options.ClientCertificateValidation = (certificate, _, _) => _tls!.Trusts(certificate);
        return options;
    }
}
