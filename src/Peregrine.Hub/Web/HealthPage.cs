using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Metrics;

namespace Peregrine.Hub.Web;

/// <summary><c>/healthz</c>: whether alerts are taken in; with <c>?verbose</c> how the store and each destination fare. What is down does not make the hub unhealthy: alerts wait for it.</summary>
internal static class HealthPage
{
    public static Task WriteAsync(HttpContext context, AlertHub hub, TimeProvider clock)
    {
        var body = JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "ok");
            if (context.Request.Query.ContainsKey("verbose"))
            {
                WriteStore(writer, hub);
                WriteDestinations(writer, hub, clock);
            }
            writer.WriteEndObject();
        });
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static void WriteStore(Utf8JsonWriter writer, AlertHub hub)
    {
        var health = hub.Filler.Health;
        writer.WriteStartObject("store");
        writer.WriteString("name", hub.Store.Description);
        writer.WriteString("status", health.Status);
        writer.WriteNumber("waiting", hub.StoreLag);
        writer.WriteNumber("given_up", health.GivenUp);
        if (health.LastError is { Length: > 0 } error) writer.WriteString("last_error", error);
        writer.WriteEndObject();
    }

    private static void WriteDestinations(Utf8JsonWriter writer, AlertHub hub, TimeProvider clock)
    {
        writer.WriteNumber("routing_lag", hub.Router.Lag);
        writer.WriteStartArray("destinations");
        foreach (var worker in hub.Workers)
        {
            writer.WriteStartObject();
            writer.WriteString("name", worker.Instance.Name);
            writer.WriteString("kind", worker.Instance.Kind.Name);
            writer.WriteString("status", worker.IsBroken ? "failing" : worker.Counters.LastError.Length > 0 ? "retrying" : "ok");
            writer.WriteNumber("waiting", worker.Queue.Count);
            writer.WriteNumber("lag_seconds", MetricsPage.Lag(worker, clock));
            writer.WriteNumber("delivered", worker.Counters.Delivered);
            writer.WriteNumber("dead_letters", worker.DeadLetters.Count);
            if (worker.Counters.LastError.Length > 0) writer.WriteString("last_error", worker.Counters.LastError);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
