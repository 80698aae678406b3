using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Peregrine.Bench;

/// <summary>Stands for Elasticsearch and Loki: takes what comes at once, and counts the alerts in it by a word that each holds once for either.</summary>
internal sealed class AlertSink : IDisposable
{
    private readonly WebApplication _application;
    private long _alerts;

    public AlertSink()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
        });
        _application = builder.Build();
        _application.MapPost("/_bulk", context => TakeAsync(context, "{\"errors\":false,\"items\":[]}"));
        _application.MapPost("/loki/api/v1/push", context => TakeAsync(context, ""));
        _application.StartAsync().Wait();
    }

    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Alerts that both got together.</summary>
    public long Alerts => Interlocked.Read(ref _alerts);

    public void Dispose()
    {
        _application.StopAsync().Wait();
        ((IDisposable)_application).Dispose();
    }

    private async Task TakeAsync(HttpContext context, string answer)
    {
        var marks = 0;
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync();
            if (read.IsCompleted)
            {
                marks = Count(read.Buffer);
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                break;
            }
            context.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
        Interlocked.Add(ref _alerts, marks);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
    }

    private static int Count(ReadOnlySequence<byte> body)
    {
        var bytes = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(bytes);
        var count = 0;
        var rest = bytes.AsSpan(0, (int)body.Length);
        while (rest.IndexOf(AlertSenders.Mark) is >= 0 and var at)
        {
            count++;
            rest = rest[(at + AlertSenders.Mark.Length)..];
        }
        ArrayPool<byte>.Shared.Return(bytes);
        return count;
    }
}
