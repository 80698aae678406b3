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
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Metrics;
using Peregrine.Hub.Subscriptions;

namespace Peregrine.Hub.Web;

/// <summary>The hub's web server: what senders, scrapers and people reach.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Senders _senders;
    private readonly SensorList _sensors;

    private HubServer(WebApplication application, Senders senders, SensorList sensors) => (_application, _senders, _sensors) = (application, senders, sensors);

    /// <summary>The addresses that it listens on.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <exception cref="IOException">An address cannot be listened on.</exception>
    /// <exception cref="ConfigurationException">A certificate cannot be used.</exception>
    public static async ValueTask<HubServer> StartAsync(AlertHub hub, HubConfiguration configuration, HubCounters counters, AlertPipeline pipeline, TimeProvider clock, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.WebHost.ConfigureKestrel(options => Listen(options, configuration));
        var application = builder.Build();
        hub.Totals.Inputs = counters;
        var senders = new Senders(configuration.Ingest);
        var ingest = new IngestEndpoint(pipeline, hub.Journal, hub.Recent, senders, counters, (int)configuration.Ingest.Integer("maxbody"));
        var sensors = SensorList.Start(configuration.Sensors, ingest.KeepAsync, logs);
        application.Use((context, next) => CheckPath(context, next, configuration.TlsServer));
        application.MapGet("/ping", () => Results.Text("pong\n"));
        application.MapGet("/healthz", context => HealthPage.WriteAsync(context, hub, clock));
        application.MapGet("/metrics", () => Results.Text(MetricsPage.Write(hub, counters, pipeline, sensors, clock), PrometheusText.ContentType));
        application.MapMethods("/test", ["GET", "POST", "PUT"], ingest.TestAsync);
        var answer = new JsonAnswer(senders, configuration.Secrets);
        new AlertApi(hub, answer, configuration.Top.Duration("searchtimeout")).Map(application);
        new OpenAlertApi(hub.Open, answer, clock).Map(application);
        application.MapFallback(ingest.PostAsync);
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await sensors.DisposeAsync();
            await application.DisposeAsync();
            throw;
        }
        return new HubServer(application, senders, sensors);
    }

    /// <summary>Tries what the configuration asks of the server and of the way in, without listening: what fails here would fail at a start.</summary>
    /// <exception cref="ConfigurationException">An address, a certificate or a template cannot be used.</exception>
    public static void Check(HubConfiguration configuration)
    {
        _ = new AlertPipeline(configuration.Top);
        SensorList.Check(configuration.Sensors);
        if (configuration.Top.Text("listenaddress") is { Length: > 0 } address) _ = Address(address);
        if (configuration.TlsServer.Flag("deploy")) Https(configuration.TlsServer).ServerCertificate?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _sensors.DisposeAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _senders.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions options, HubConfiguration configuration)
    {
        options.AddServerHeader = false;
        // The reader of bodies has the bound, since it counts what is unpacked.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Slow senders cost a connection, no more; this many are enough for a fleet.
        options.Limits.MaxConcurrentConnections = 20_000;
        options.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        var (top, tls) = (configuration.Top, configuration.TlsServer);
        var address = top.Text("listenaddress") is { Length: > 0 } text ? Address(text) : null;
        void On(int port, Action<ListenOptions> configure)
        {
            if (address is null) options.ListenAnyIP(port, configure);
            else options.Listen(address, port, configure);
        }
        if (!tls.Flag("deploy"))
        {
            On((int)top.Integer("listenport"), static _ => { });
            return;
        }
        On((int)top.Integer("listenport"), listen => listen.UseHttps(Https(tls)));
        if (tls.List("notlspaths").Count > 0) On((int)tls.Integer("notlsport"), static _ => { });
    }

    private static HttpsConnectionAdapterOptions Https(SettingValues tls)
    {
        var options = new HttpsConnectionAdapterOptions { ServerCertificate = ClientTlsReader.Certificate(tls.Text("certfile"), tls.Text("keyfile")), SslProtocols = System.Security.Authentication.SslProtocols.None };
        if (!tls.Flag("mutualtls")) return options;
        var authorities = ClientTlsReader.Authorities(tls.Text("cacertfile"));
        options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        options.ClientCertificateValidation = (certificate, _, _) =>
        {
            using var chain = new System.Security.Cryptography.X509Certificates.X509Chain();
            chain.ChainPolicy.TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck;
            return chain.Build(certificate);
        };
        return options;
    }

    private static System.Net.IPAddress Address(string text) =>
        System.Net.IPAddress.TryParse(text, out var address) ? address : throw new ConfigurationException($"listenaddress: an IP address is expected, not '{text}'");

    // Paths of the plain listener move there; the others are not served without TLS.
    private static Task CheckPath(HttpContext context, RequestDelegate next, SettingValues tls)
    {
        if (tls.Flag("deploy") && tls.List("notlspaths").Count > 0 && tls.List("notlspaths").Contains(context.Request.Path.Value) == context.Request.IsHttps)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        return next(context);
    }
}
