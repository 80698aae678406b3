using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Delivery;

/// <summary>The promise: what was answered with 200 is stored and delivered, though the hub is killed at any moment and the destination fails in all ways. <c>PEREGRINE_CRASH_KILLS</c> and <c>PEREGRINE_CRASH_ALERTS</c> ask for more.</summary>
public sealed class CrashTests
{
    private const int GroupSize = 50;

    private static readonly int Kills = Number("PEREGRINE_CRASH_KILLS", 4);
    private static readonly int Alerts = Number("PEREGRINE_CRASH_ALERTS", 4000);

    private readonly ConcurrentDictionary<int, int> _delivered = new();
    private readonly ConcurrentDictionary<int, bool> _answered = new();
    private int _failures;

    [Fact]
    public async Task NothingThatWasAnsweredIsLost()
    {
        using var folder = new TemporaryFolder();
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = Answer;
        var port = FreePort.Next();
        await File.WriteAllTextAsync(folder.File("hub.yaml"), $$"""
            listenaddress: 127.0.0.1
            listenport: {{port}}
            data: {{folder.File("data")}}
            delivery: {backoff: 10ms, maxbackoff: 100ms, timeout: 2s}
            webhook: {address: '{{service.Address}}/alerts', maxconcurrentrequests: 4}
            """, TestContext.Current.CancellationToken);
        var send = Task.Run(() => SendAllAsync(port), TestContext.Current.CancellationToken);
        for (var i = 0; i < Kills; i++)
        {
            await using var hub = await HubProcess.StartAsync(folder.File("hub.yaml"), port);
            await Task.Delay(Random.Shared.Next(50, 1500), TestContext.Current.CancellationToken);
            hub.Kill();
        }
        await using var last = await HubProcess.StartAsync(folder.File("hub.yaml"), port);
        await send;
        Assert.Equal(Alerts, _answered.Count);
        await DeliveredAsync(last);
        await StoredAsync(port);
        Assert.False(last.HasExited);
    }

    // A million take their time; what must not be is that no more come.
    private async Task DeliveredAsync(HubProcess hub)
    {
        for (var before = -1; _delivered.Count < Alerts && _delivered.Count > before;)
        {
            before = _delivered.Count;
            for (var i = 0; i < 60 && _delivered.Count == before; i++) await Task.Delay(1000, TestContext.Current.CancellationToken);
        }
        var missing = _answered.Keys.Count(n => !_delivered.ContainsKey(n));
        Assert.True(missing == 0, $"{missing} alerts that were answered were not delivered; {_failures} deliveries were refused on purpose\n{hub.Log}");
    }

    // One in ten tries fails, each time in another way.
    private (int Status, string Body, (string Name, string Value)[] Headers) Answer(RecordedRequest request)
    {
        if (Random.Shared.Next(10) == 0)
        {
            Interlocked.Increment(ref _failures);
            return Random.Shared.Next(3) switch { 0 => (500, "ill", []), 1 => (429, "", [("Retry-After", "0")]), _ => (503, "<html>", []) };
        }
        using var alert = JsonDocument.Parse(request.Body);
        _delivered.AddOrUpdate(alert.RootElement.GetProperty("output_fields").GetProperty("n").GetInt32(), 1, static (_, count) => count + 1);
        return (200, "", []);
    }

    private async Task SendAllAsync(int port)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        for (var from = 0; from < Alerts; from += GroupSize)
        {
            var numbers = Enumerable.Range(from, Math.Min(GroupSize, Alerts - from)).ToList();
            while (!await PostAsync(client, numbers)) await Task.Delay(20);
            foreach (var number in numbers) _answered[number] = true;
            await Task.Delay(5);
        }
    }

    private static async Task<bool> PostAsync(HttpClient client, List<int> numbers)
    {
        var body = string.Join('\n', numbers.Select(n => $$$"""{"rule":"Crash","priority":"Warning","time":"2026-05-01T00:00:00Z","output":"number {{{n}}}","output_fields":{"n":{{{n}}}}}"""));
        try
        {
            using var answer = await client.PostAsync("/", new StringContent(body, Encoding.UTF8, "application/x-ndjson"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // The hub was killed: nothing was answered, so everything is sent again.
            return false;
        }
    }

    private async Task StoredAsync(int port)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var stored = new HashSet<int>();
        await Eventually.HoldsAsync(() =>
        {
            stored = Stored(client);
            return _answered.Keys.All(stored.Contains);
        }, () => $"{stored.Count} of {_answered.Count} alerts are stored");
    }

    private static HashSet<int> Stored(HttpClient client)
    {
        var found = new HashSet<int>();
        for (var page = 1; ; page++)
        {
            using var answer = JsonDocument.Parse(client.GetStringAsync($"/api/v1/events/search?limit=5000&page={page}").Result);
            var results = answer.RootElement.GetProperty("results").EnumerateArray().ToList();
            // Each record of the journal is stored once: an identity that comes twice would be a second copy.
            Assert.Equal(results.Count, results.Select(r => r.GetProperty("uuid").GetString()).Distinct().Count());
            found.UnionWith(results.Select(r => r.GetProperty("output_fields").GetProperty("n").GetInt32()));
            if (results.Count == 0) return found;
        }
    }

    private static int Number(string variable, int fallback) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : fallback;
}
