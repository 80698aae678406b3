using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Store;

namespace Peregrine.Hub.Web;

/// <summary>What programs ask of the hub: stored alerts, dead letters and their replay.</summary>
internal sealed class AlertApi(AlertHub hub, JsonAnswer answer, TimeSpan longestSearch)
{
    private const int MostResults = 10_000;
    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(1);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/events/search", context => answer.WriteAsync(context, SearchAsync));
        routes.MapGet("/api/v1/events/count", context => answer.WriteAsync(context, CountAsync));
        routes.MapGet("/api/v1/dead-letters", context => answer.WriteAsync(context, ListAllAsync));
        routes.MapGet("/api/v1/dead-letters/{destination}", context => answer.WriteAsync(context, ListAsync));
        routes.MapPost("/api/v1/dead-letters/{destination}/replay", context => answer.WriteAsync(context, ReplayAsync));
    }

    private async ValueTask<byte[]> SearchAsync(HttpContext context, string sender)
    {
        var query = Query(context.Request.Query);
        var (found, total) = await AskAsync(context, async end =>
        {
            var found = await hub.Store.SearchAsync(query, end);
            return (found, await AlertTotal.OfAsync(hub.Store, query, found.Count, CountPatience, end));
        });
        return JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("statistics");
            writer.WriteNumber("all", total.All);
            // There are more, and nobody waited for their number.
            if (!total.IsExact) writer.WriteBoolean("exact", false);
            writer.WriteNumber("returned", found.Count);
            writer.WriteEndObject();
            writer.WriteStartArray("results");
            foreach (var alert in found) writer.WriteRawValue(alert, skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async ValueTask<byte[]> CountAsync(HttpContext context, string sender)
    {
        var query = Query(context.Request.Query);
        var all = await AskAsync(context, end => hub.Store.CountAsync(query, end));
        return JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("statistics");
            writer.WriteNumber("all", all);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    // A search for a text that is nowhere reads all rows.
    private async ValueTask<T> AskAsync<T>(HttpContext context, Func<CancellationToken, ValueTask<T>> ask)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (longestSearch > TimeSpan.Zero) end.CancelAfter(longestSearch);
        try
        {
            return await ask(end.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, $"the search took longer than {longestSearch.TotalSeconds:0.###} s: narrow it by time or rule");
        }
    }

    private ValueTask<byte[]> ListAllAsync(HttpContext context, string sender) => ValueTask.FromResult(JsonBody.Bytes(writer =>
    {
        writer.WriteStartObject();
        foreach (var worker in hub.Workers) writer.WriteNumber(worker.Instance.Name, worker.DeadLetters.Count);
        writer.WriteEndObject();
    }));

    private ValueTask<byte[]> ListAsync(HttpContext context, string sender)
    {
        var worker = Worker(context);
        var letters = worker.DeadLetters.List(Number(context.Request.Query, "limit", 100));
        return ValueTask.FromResult(JsonBody.Bytes(writer =>
        {
            writer.WriteStartArray();
            foreach (var letter in letters) WriteLetter(writer, letter);
            writer.WriteEndArray();
        }));
    }

    private static void WriteLetter(Utf8JsonWriter writer, DeadLetter letter)
    {
        writer.WriteStartObject();
        writer.WriteString("at", letter.At);
        writer.WriteString("reason", letter.Reason);
        writer.WritePropertyName("alert");
        writer.WriteRawValue(letter.Alert, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private async ValueTask<byte[]> ReplayAsync(HttpContext context, string sender)
    {
        var count = await hub.ReplayAsync(Worker(context));
        return JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("replayed", count);
            writer.WriteEndObject();
        });
    }

    private DestinationWorker Worker(HttpContext context)
    {
        var name = context.Request.RouteValues["destination"] as string ?? "";
        return hub.Workers.FirstOrDefault(w => w.Instance.Name == name) ?? throw new RefusedException(StatusCodes.Status404NotFound, $"there is no destination '{name}'");
    }

    /// <summary>The query parameters that the reference's web page sends: comma lists, <c>since</c>, <c>filter</c>, <c>limit</c>, <c>page</c>; the word <c>null</c> is absent.</summary>
    private static AlertQuery Query(IQueryCollection query)
    {
        var limit = Math.Clamp(Number(query, "limit", 100), 1, MostResults);
        return new AlertQuery
        {
            Priorities = [.. List(query, "priority").Select(p => AlertPriorities.TryParse(p, out var priority) ? priority : throw new RefusedException(StatusCodes.Status400BadRequest, $"'{p}' is no level"))],
            Rules = List(query, "rule"),
            Sources = List(query, "source"),
            Hostnames = List(query, "hostname"),
            Hubs = List(query, "hub"),
            Tags = List(query, "tags"),
            Text = Text(query, "filter"),
            Since = Time(query, "since"),
            Until = Time(query, "until"),
            Limit = limit,
            Offset = (Math.Max(1, Number(query, "page", 1)) - 1) * limit,
        };
    }

    private static string Text(IQueryCollection query, string key) => query[key].ToString() is var text && text != "null" ? text : "";

    private static string[] List(IQueryCollection query, string key) => Text(query, key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int Number(IQueryCollection query, string key, int fallback) => Text(query, key) is not { Length: > 0 } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new RefusedException(StatusCodes.Status400BadRequest, $"'{key}' is no whole number");

    // A time, or how long ago: 15min, 24h, 1w, 3M, 1y.
    private static DateTimeOffset? Time(IQueryCollection query, string key)
    {
        var text = Text(query, key);
        if (text.Length == 0) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        double days = text[digits..] switch { "s" => 1 / 86_400.0, "min" or "m" => 1 / 1440.0, "h" => 1 / 24.0, "d" => 1, "w" or "W" => 7, "M" => 30, "y" => 365, _ => 0 };
        if (digits == 0 || days == 0 || !int.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var count) || count * days > 36_500)
            throw new RefusedException(StatusCodes.Status400BadRequest, $"'{key}' is no time and no length of time (15min, 24h, 1w)");
        return DateTimeOffset.UtcNow.AddDays(-count * days);
    }
}
