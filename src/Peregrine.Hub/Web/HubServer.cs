using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Metrics;
using Peregrine.Hub.Subscriptions;

namespace Peregrine.Hub.Web;

/// <summary>What one hub answers to the requests that its front lets through.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly HubFront _front;
    private readonly WebApplication _application;
    private readonly Senders _senders;
    private readonly SensorList _sensors;

    private HubServer(HubFront front, WebApplication application, Senders senders, SensorList sensors) => (_front, _application, _senders, _sensors) = (front, application, senders, sensors);

    /// <param name="front">Where requests come from; it is closed, not disposed of, with this.</param>
    /// <param name="hub">What they reach.</param>
    /// <param name="configuration">The hub's.</param>
    /// <param name="counters">Count what comes in.</param>
    /// <param name="pipeline">Completes alerts.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logs">The hub's log.</param>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    /// <exception cref="ConfigurationException">A certificate cannot be used.</exception>
    public static async ValueTask<HubServer> StartAsync(HubFront front, AlertHub hub, HubConfiguration configuration, HubCounters counters, AlertPipeline pipeline, TimeProvider clock, ILoggerFactory logs)
    {
        // It routes, and never listens: the front does.
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        var application = builder.Build();
        hub.Totals.Inputs = counters;
        var senders = new Senders(configuration.Ingest);
        var ingest = new IngestEndpoint(pipeline, hub.Journal, hub.Recent, senders, counters, (int)configuration.Ingest.Integer("maxbody"));
        var sensors = SensorList.Start(configuration.Sensors, ingest.KeepAsync, logs);
        application.Use((context, next) => CheckPath(context, next, configuration.TlsServer));
        application.UseRouting();
        application.MapGet("/ping", () => Results.Text("pong\n"));
        application.MapGet("/healthz", context => HealthPage.WriteAsync(context, hub, clock));
        application.MapGet("/metrics", () => Results.Text(MetricsPage.Write(hub, counters, pipeline, sensors, clock), PrometheusText.ContentType));
        application.MapMethods("/test", ["GET", "POST", "PUT"], ingest.TestAsync);
        var answer = new JsonAnswer(senders, configuration.Secrets);
        new AlertApi(hub, answer, configuration.Top.Duration("searchtimeout")).Map(application);
        new OpenAlertApi(hub.Open, answer, clock).Map(application);
        application.MapFallback(ingest.PostAsync);
        application.UseEndpoints(static _ => { });
        try
        {
            await front.OpenAsync(configuration, ((IApplicationBuilder)application).Build());
        }
        catch
        {
            await sensors.DisposeAsync();
            await application.DisposeAsync();
            throw;
        }
        return new HubServer(front, application, senders, sensors);
    }

    /// <summary>Tries what the configuration asks of the server and of the way in, without listening: what fails here would fail at a start.</summary>
    /// <exception cref="ConfigurationException">An address, a certificate or a template cannot be used.</exception>
    public static void Check(HubConfiguration configuration)
    {
        _ = new AlertPipeline(configuration.Top);
        SensorList.Check(configuration.Sensors);
        if (ListenSettings.Of(configuration).IsTls) ServerTls.Read(configuration.TlsServer).Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _sensors.DisposeAsync();
        await _front.CloseAsync();
        await _application.DisposeAsync();
        await _senders.DisposeAsync();
    }

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
