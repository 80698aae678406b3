using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Peregrine.HubTests.Support;

/// <summary>A request as it came over the wire.</summary>
internal sealed record RecordedRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>The body as the fields of a form.</summary>
    public IReadOnlyDictionary<string, string> Form => Text.Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => WebUtility.UrlDecode(p[0]), p => WebUtility.UrlDecode(p[1]));
}

/// <summary>A real HTTP server on loopback that keeps each request whole and answers what it is told to; it stands in for services that cannot run here.</summary>
internal sealed class HttpRecorder : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();

    private HttpRecorder(WebApplication application) => _application = application;

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>How requests are answered; by default with 200 and nothing.</summary>
    public Func<RecordedRequest, (int Status, string Body, (string Name, string Value)[] Headers)> Answer { get; set; } = _ => (200, "", []);

    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="secure">Makes it speak TLS; null for plain HTTP.</param>
    public static async Task<HttpRecorder> StartAsync(Action<ListenOptions>? secure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => secure?.Invoke(listen)));
        var application = builder.Build();
        var recorder = new HttpRecorder(application);
        // Every path: the usual fallback leaves out those that look like files.
        application.MapFallback("{**path}", recorder.TakeAsync);
        await application.StartAsync();
        return recorder;
    }

    /// <summary>Makes every later request answered with this status.</summary>
    public void AnswerWith(int status, string body = "", params (string Name, string Value)[] headers) => Answer = _ => (status, body, headers);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new RecordedRequest(context.Request.Method, context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? "", headers, body.ToArray());
        _requests.Enqueue(request);
        var (status, text, answerHeaders) = Answer(request);
        context.Response.StatusCode = status;
        foreach (var (name, value) in answerHeaders) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(text);
    }
}
