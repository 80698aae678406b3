using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Peregrine.Sensor.Commands;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Metrics;

namespace Peregrine.Sensor.Web;

/// <summary>The pages: health, versions, metrics. There is nothing else, and nothing that can be changed.</summary>
internal sealed class WebPages(WebOptions options, Session session, MetricsSampler sampler) : IHttpApplication<IFeatureCollection>
{
    private const string Json = "application/json";

    /// <summary>A worker that takes longer to answer does not work any more.</summary>
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(5);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var (status, type, body) = Answer(request.Method, request.Path);
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        var bytes = Encoding.UTF8.GetBytes(body);
        response.StatusCode = status;
        response.Headers.ContentType = type;
        response.Headers.ContentLength = bytes.Length;
        response.Headers["X-Content-Type-Options"] = new StringValues("nosniff");
        if (request.Method == "HEAD") return;
        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(bytes).ConfigureAwait(false);
    }

    private (int Status, string Type, string Body) Answer(string method, string path)
    {
        if (method is not ("GET" or "HEAD")) return (405, "text/plain", "only GET\n");
        if (path == options.HealthPath) return session.Errands.IsWorking(WorkerPatience) ? (200, Json, "{\"status\": \"ok\"}") : (503, Json, "{\"status\": \"stuck\"}");
        if (path == "/versions") return (200, Json, VersionCommand.Json(session.Configuration.Plugins));
        if (path == "/metrics" && options.Metrics && session.Configuration.Metrics.Enabled) return (200, PrometheusText.ContentType, MetricsPage.Write(sampler.Take(CancellationToken.None)));
        return (404, "text/plain", "not here\n");
    }
}
