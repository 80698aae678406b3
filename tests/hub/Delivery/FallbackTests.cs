using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Peregrine.Hub.Configuration;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Delivery;

/// <summary>Where alerts go when their destination does not take them.</summary>
public sealed class FallbackTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<int> _taken = [];
    private HttpRecorder _first = null!;
    private HttpRecorder _second = null!;
    private volatile int _status = 200;

    public async ValueTask InitializeAsync()
    {
        _first = await HttpRecorder.StartAsync();
        _second = await HttpRecorder.StartAsync();
        _first.Answer = request =>
        {
            var status = _status;
            if (status == 200) _taken.Add(Number(request));
            return (status, "", []);
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(400, "expiry: 24h")]
    [InlineData(503, "expiry: 500ms, fallbackafter: 0")]
    public async Task WhatIsGivenUpGoesToTheFallbackAndIsKept(int status, string delivery)
    {
        _status = status;
        await using var hub = await RunningHub.StartAsync(_folder.Path, Yaml(delivery));
        await PostAsync(hub, 1, 3);
        await Eventually.HoldsAsync(() => hub.Hub.Workers[0].DeadLetters.Count == 3, () => "there are no dead letters");
        await Eventually.HoldsAsync(() => _second.Requests.Count == 3, () => $"{_second.Requests.Count} of 3 came to the fallback");
        Assert.Equal([1, 2, 3], InFallback.Order());
        Assert.Equal(0, hub.Hub.Workers[0].Counters.FallenBack);
    }

    [Fact]
    public async Task WhenNothingWorksForATimeAllGoesToTheFallbackAndNothingComesTwice()
    {
        _status = 503;
        await using (var hub = await RunningHub.StartAsync(_folder.Path, Yaml("fallbackafter: 1s")))
        {
            await PostAsync(hub, 0, 20);
            await Eventually.HoldsAsync(() => _second.Requests.Count == 20, () => $"{_second.Requests.Count} of 20 that waited came to the fallback");
            await PostAsync(hub, 20, 700);
            await Eventually.HoldsAsync(() => _second.Requests.Count == 720, () => $"{_second.Requests.Count} of 720 came to the fallback");
            var worker = hub.Hub.Workers[0];
            await Eventually.HoldsAsync(() => worker.Queue.Count == 0, () => $"{worker.Queue.Count} still wait");
            Assert.Equal((0, 720), (worker.DeadLetters.Count, worker.Counters.FallenBack));
            Assert.Contains("peregrine_hub_destination_alerts_total{name=\"webhook\",kind=\"webhook\",result=\"fallback\"} 720\n", await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            _status = 200;
            // What comes meanwhile goes to one of the two, until a try shows that the first is back.
            for (var n = 1000; _taken.IsEmpty; n++)
            {
                Assert.True(n < 5000, "the destination is not tried again");
                await PostAsync(hub, n, 1);
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            await PostAsync(hub, 10_000, 50);
            await Eventually.HoldsAsync(() => _taken.Count(n => n >= 10_000) == 50, () => $"{_taken.Count(n => n >= 10_000)} of 50 came to the destination after its return");
        }
        await using (var again = await RunningHub.StartAsync(_folder.Path, Yaml("fallbackafter: 1s")))
        {
            await PostAsync(again, 20_000, 1);
            await Eventually.HoldsAsync(() => _taken.Contains(20_000), () => "the hub does not deliver after its restart");
        }
        var all = InFallback.Concat(_taken).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void AFallbackThatIsNotThereIsRefusedWithItsPlace()
    {
        var error = Assert.Throws<ConfigurationException>(() => HubConfigurationReader.ReadText(Yaml("rate: 0").Replace("fallback: second", "fallback: secund", StringComparison.Ordinal), _ => null));
        Assert.Matches("^configuration:1:\\d+: the fallback of 'webhook' is 'secund', and there is no such destination; did you mean 'second'\\?$", error.Message);
    }

    private string Yaml(string delivery) => $$"""
        webhook: {address: '{{_first.Address}}', delivery: {backoff: 10ms, maxbackoff: 50ms, fallback: second, {{delivery}} } }
        destinations: [{name: second, kind: webhook, address: '{{_second.Address}}'}]
        """;

    private IEnumerable<int> InFallback => _second.Requests.Select(Number);

    private static int Number(RecordedRequest request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("output_fields").GetProperty("proc.pid").GetInt32();

    private static async Task PostAsync(RunningHub hub, int from, int count)
    {
        var alerts = Enumerable.Range(from, count).Select(n => TestAlerts.Json.Replace("4711", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        (await hub.PostAsync(string.Join('\n', alerts))).EnsureSuccessStatusCode();
    }
}
