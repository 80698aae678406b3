using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Routing;

namespace Peregrine.Hub.Web;

/// <summary>What waits to be acknowledged, listed and taken on.</summary>
internal sealed class OpenAlertApi(OpenAlerts open, JsonAnswer answer, TimeProvider clock)
{
    private const int MaxBody = 256 * 1024;
    private const int MostListed = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/open-alerts", context => answer.WriteAsync(context, ListAsync));
        routes.MapPost("/api/v1/open-alerts/acknowledge", context => answer.WriteAsync(context, AcknowledgeAsync));
    }

    private ValueTask<byte[]> ListAsync(HttpContext context, string sender)
    {
        var match = context.Request.Query["match"].ToString() is { Length: > 0 } text ? Condition(text) : null;
        var limit = context.Request.Query["limit"].ToString() is not { Length: > 0 } asked ? MostListed
            : int.TryParse(asked, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
            : throw Bad("'limit' is no whole number");
        return ValueTask.FromResult(JsonBody.Bytes(writer => WriteAll(writer, open.List(match, Math.Min(limit, MostListed)))));
    }

    private async ValueTask<byte[]> AcknowledgeAsync(HttpContext context, string sender)
    {
        var request = await ReadAsync(context);
        if (request.Ids.Count == 0 && request.Match is null) throw Bad("'ids' or 'match' is needed: which alerts are acknowledged");
        var match = request.Match is { } text ? Condition(text) : null;
        var done = open.Acknowledge(request.Ids, match, request.By ?? sender, request.Comment ?? "", clock.GetUtcNow());
        if (match is null && done.Now.Count + done.Before.Count == 0) throw new RefusedException(StatusCodes.Status404NotFound, $"no alert is open under {string.Join(", ", done.Unknown)}");
        return JsonBody.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("acknowledged");
            WriteAll(writer, done.Now);
            writer.WritePropertyName("already_acknowledged");
            WriteAll(writer, done.Before);
            writer.WriteStartArray("unknown");
            foreach (var id in done.Unknown) writer.WriteStringValue(id);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private void WriteAll(Utf8JsonWriter writer, IReadOnlyList<OpenAlert> all)
    {
        writer.WriteStartArray();
        foreach (var one in all) Write(writer, one);
        writer.WriteEndArray();
    }

    private void Write(Utf8JsonWriter writer, OpenAlert one)
    {
        writer.WriteStartObject();
        writer.WriteString("id", one.Id);
        writer.WriteString("route", one.Route);
        writer.WriteString("rule", one.Alert.Rule);
        writer.WriteString("priority", one.Alert.Priority.Name());
        writer.WriteString("hostname", one.Alert.Hostname);
        writer.WriteString("output", one.Alert.Output);
        writer.WriteString("since", one.Since);
        writer.WriteString("last", one.Last);
        writer.WriteNumber("messages", one.Messages);
        writer.WriteNumber("escalated", one.Escalated);
        if (one.Escalated > 0) writer.WriteString("escalated_at", one.EscalatedAt);
        if (one.IsOpen && open.NextEscalation(one) is { } next) writer.WriteString("next_escalation", next);
        writer.WriteString("until", one.Until);
        if (one.Acknowledged is { } by)
        {
            writer.WriteStartObject("acknowledged");
            writer.WriteString("at", by.At);
            writer.WriteString("by", by.By);
            writer.WriteString("comment", by.Comment);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static async ValueTask<AcknowledgeRequest> ReadAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, MaxBody, context.RequestAborted);
        return AcknowledgeRequest.Read(body.Span);
    }

    private static AlertCondition Condition(string text)
    {
        try
        {
            return AlertCondition.Parse(text);
        }
        catch (ConfigurationException e)
        {
            throw Bad($"match: {e.Message}");
        }
    }

    private static RefusedException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
