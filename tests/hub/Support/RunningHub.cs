using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Metrics;
using Peregrine.Hub.Web;

namespace Peregrine.HubTests.Support;

/// <summary>A whole hub inside the test: its server on loopback, its data in a folder.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly HubServer _server;
    private readonly HubFront _front;

    private RunningHub(AlertHub hub, HubServer server, HubFront front) => (Hub, _server, _front, Client) = (hub, server, front, new HttpClient { BaseAddress = new Uri(front.Addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)) });

    public AlertHub Hub { get; }

    public HttpClient Client { get; }

    public static async Task<RunningHub> StartAsync(string folder, string yaml, ILoggerFactory? logs = null)
    {
        var configuration = HubConfigurationReader.ReadText($"listenaddress: 127.0.0.1\nlistenport: 0\ndata: {folder}\n{yaml}", _ => null);
        Assert.Empty(configuration.Warnings);
        var pipeline = new AlertPipeline(configuration.Top);
        var hub = await AlertHub.StartAsync(configuration, TimeProvider.System, logs ?? NullLoggerFactory.Instance);
        var counters = new HubCounters([.. pipeline.OwnFields, .. configuration.ExtraLabels]);
        var front = new HubFront(logs ?? NullLoggerFactory.Instance);
        return new RunningHub(hub, await HubServer.StartAsync(front, hub, configuration, counters, pipeline, TimeProvider.System, logs ?? NullLoggerFactory.Instance), front);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string path = "/") => Client.PostAsync(path, new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), TestContext.Current.CancellationToken);

    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await Client.GetStringAsync(path, TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await _front.DisposeAsync();
        await Hub.DisposeAsync();
    }
}

/// <summary>Waits for what happens beside the test.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> otherwise)
    {
        var start = DateTime.UtcNow;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow - start < Limit, otherwise());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
