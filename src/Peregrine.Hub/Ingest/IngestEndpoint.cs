using System.Globalization;
using Microsoft.AspNetCore.Http;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Journal;
using Peregrine.Hub.Metrics;

namespace Peregrine.Hub.Ingest;

/// <summary>Takes alerts in: 1 who sends, 2 the bounded body, 3 the alerts in it, 4 completed, 5 in the journal, 6 the answer. Nothing of it depends on a destination.</summary>
internal sealed class IngestEndpoint(AlertPipeline pipeline, AlertJournal journal, RecentAlerts recent, Senders senders, HubCounters counters, int maxBody)
{
    /// <summary><c>POST /</c> and every other path that is not known.</summary>
    public async Task PostAsync(HttpContext context)
    {
        try
        {
            if (!HttpMethods.IsPost(context.Request.Method)) throw new RefusedException(StatusCodes.Status400BadRequest, "alerts are sent by POST");
            var sender = senders.Identify(context);
            var body = await ReadAsync(context);
            if (body.Alerts.Count == 0 && body.Errors.Count == 0) throw new RefusedException(StatusCodes.Status400BadRequest, "the body holds no alert");
            senders.Take(sender, body.Alerts.Count);
            await KeepAsync(body.Alerts, isRequest: true);
            counters.Rejected(body.Errors.Count);
            if (body.Errors.Count > 0) await AnswerAsync(context, StatusCodes.Status400BadRequest, Describe(body));
        }
        catch (RefusedException e)
        {
            counters.Rejected(1);
            if (e.Status is StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = "1";
            // What else comes of a body that is too large is nobody's business.
            if (e.Status is StatusCodes.Status413PayloadTooLarge) context.Response.Headers.Connection = "close";
            if (e.Status is StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
            await AnswerAsync(context, e.Status, e.Message);
        }
        catch (IOException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Not on disk, so not taken: the sender must keep it.
            counters.Rejected(1);
            context.Response.Headers.RetryAfter = "1";
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The sender went away.
            context.Abort();
        }
    }

    /// <summary><c>POST /test</c>: an alert that goes to every destination, whatever their levels are.</summary>
    public async Task TestAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "the test alert is sent by POST");
            return;
        }
        try
        {
            senders.Identify(context);
            await KeepAsync([TestAlert()], isRequest: true);
        }
        catch (RefusedException e)
        {
            await AnswerAsync(context, e.Status, e.Message);
        }
        catch (IOException e)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    /// <summary>The alert that <c>/test</c> and <c>--send-test</c> send.</summary>
    public static Alert TestAlert() => new()
    {
        Id = Guid.CreateVersion7(),
        UnixNanoseconds = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100,
        Priority = AlertPriority.Debug,
        Rule = Alert.TestRule,
        Output = "This is a test from the Peregrine hub",
        Source = "debug",
        Hostname = "peregrine-hub",
        Tags = ["example", "test"],
        Fields = [new AlertField("proc.name", AlertValue.Of("peregrine-hub")), new AlertField("user.name", AlertValue.Of("peregrine-hub"))],
    };

    // The alerts hold nothing of the body, whose memory goes back before they wait for the disk.
    private async ValueTask<AlertBody> ReadAsync(HttpContext context)
    {
        using var bytes = await RequestBody.ReadAsync(context.Request, maxBody, context.RequestAborted);
        return bytes.Span.Length == 0 ? throw new RefusedException(StatusCodes.Status400BadRequest, "the body is empty") : AlertBody.Read(bytes.Span);
    }

    /// <summary>Completes alerts and returns when they are on disk.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public ValueTask KeepAsync(IReadOnlyList<Alert> alerts) => KeepAsync(alerts, isRequest: false);

    private async ValueTask KeepAsync(IReadOnlyList<Alert> alerts, bool isRequest)
    {
        if (alerts.Count == 0) return;
        var completed = new Alert[alerts.Count];
        var json = new byte[alerts.Count][];
        for (var i = 0; i < json.Length; i++)
        {
            completed[i] = pipeline.Complete(alerts[i]);
            json[i] = completed[i].ToJson();
        }
        await journal.AppendAsync(json, placed: positions =>
        {
            // Counted before anybody gets them: a destination that is told of the counts is told of these with them.
            if (isRequest) counters.Accepted(completed.Length);
            foreach (var alert in completed) counters.Count(alert);
            recent.Keep(positions, completed, json);
        });
    }

    private static string Describe(AlertBody body) =>
        $"{body.Alerts.Count.ToString(CultureInfo.InvariantCulture)} alerts were taken, others were not:\n{string.Join('\n', body.Errors)}";

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        if (context.Response.HasStarted) return Task.CompletedTask;
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n");
    }
}
