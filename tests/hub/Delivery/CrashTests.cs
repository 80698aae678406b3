using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Delivery;

/// <summary>
/// The promise: what was answered with 200 is stored once and delivered, though the hub is killed at any moment and the destinations fail in all ways. <c>PEREGRINE_CRASH_KILLS</c> and <c>PEREGRINE_CRASH_ALERTS</c> ask for more.
/// </summary>
public sealed class CrashTests
{
    private const int GroupSize = 50;
    private const int Senders = 4;
    private const int UrgentEvery = 10;
    private const string All = "/all";
    private const string Urgent = "/urgent";

    // What must not be is that nothing moves any more; how long all takes is the machine's matter.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(2);

    private static readonly int Kills = Number("PEREGRINE_CRASH_KILLS", 4);
    private static readonly int Alerts = Number("PEREGRINE_CRASH_ALERTS", 4000);

    private readonly int[] _tries = new int[(Alerts + GroupSize - 1) / GroupSize];
    private int _nextGroup = -1;
    private int _answered;

    [Fact]
    public async Task NothingThatWasAnsweredIsLost()
    {
        using var folder = new TemporaryFolder();
        await using var service = new HardService(Alerts, All, Urgent);
        var port = FreePort.Next();
        await File.WriteAllTextAsync(folder.File("hub.yaml"), $$"""
            listenaddress: 127.0.0.1
            listenport: {{port}}
            data: {{folder.File("data")}}
            delivery: {backoff: 10ms, maxbackoff: 100ms, timeout: 2s}
            splunk: {host: 'http://127.0.0.1:{{service.Port}}{{All}}', token: x}
            webhook: {address: 'http://127.0.0.1:{{service.Port}}{{Urgent}}', maxconcurrentrequests: 4, minimumpriority: critical}
            """, TestContext.Current.CancellationToken);
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendAsync(port))));
        long Progress() => Volatile.Read(ref _answered) + service[All].Distinct + ((long)service[Urgent].Distinct * UrgentEvery);
        var (before, startups) = (0L, 0);
        // The moments of death are spread over all the work; some come before a hub has found its feet.
        foreach (var moment in Enumerable.Range(0, Kills).Select(_ => Random.Shared.NextInt64(Alerts * 3L * 9 / 10)).Order())
        {
            if (Random.Shared.Next(5) == 0)
            {
                await using var early = HubProcess.Launch(folder.File("hub.yaml"));
                await Task.Delay(Random.Shared.Next(1000), TestContext.Current.CancellationToken);
                early.Kill();
                startups++;
                continue;
            }
            await using var hub = await HubProcess.StartAsync(folder.File("hub.yaml"), port);
            await MovesUntilAsync(() => Progress() >= moment, Progress, hub);
            hub.Kill();
            before = Progress();
        }
        await Eventually.HoldsAsync(() => service.UnderWay == 0, () => "the service still answers a hub that is dead");
        var (allBefore, urgentBefore) = (service[All].Confirmed, service[Urgent].Confirmed);
        await using var last = await HubProcess.StartAsync(folder.File("hub.yaml"), port);
        await MovesUntilAsync(() => Volatile.Read(ref _answered) == Alerts, Progress, last);
        await sending;
        await MovesUntilAsync(() => service[All].Distinct == Alerts && service[Urgent].Distinct == UrgentCount, Progress, last);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = LongestStandstill };
        await MovesUntilAsync(() => Metric(client, "store_lag_alerts") == 0 && Metric(client, "destination_queue_alerts", "splunk") == 0 && Metric(client, "destination_queue_alerts", "webhook") == 0, () => (long)Metric(client, "store_lag_alerts"), last);
        await CheckStoredAsync(client);
        CheckCounters(client, "splunk", service[All].Confirmed - allBefore);
        CheckCounters(client, "webhook", service[Urgent].Confirmed - urgentBefore);
        Assert.False(last.HasExited, last.Log);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Alerts} alerts in {_tries.Sum()} requests, {Kills} kills ({startups} of them at a start, the last after {before * 100 / (Alerts * 3L)} % of the work), {service.Failures} deliveries that failed on purpose");
    }

    private static int UrgentCount => (Alerts + UrgentEvery - 1) / UrgentEvery;

    private static async Task MovesUntilAsync(Func<bool> condition, Func<long> progress, HubProcess hub)
    {
        for (var (seen, since) = (progress(), DateTime.UtcNow); !condition();)
        {
            Assert.False(hub.HasExited, "the hub ended:\n" + hub.Log);
            await Task.Delay(5, TestContext.Current.CancellationToken);
            if (progress() is var now && now != seen) (seen, since) = (now, DateTime.UtcNow);
            Assert.True(DateTime.UtcNow - since < LongestStandstill, $"nothing moves any more at {seen}:\n{hub.Log}");
        }
    }

    private async Task SendAsync(int port)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = LongestStandstill };
        // Of today: the store does not keep what is old.
        var time = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        while (Interlocked.Increment(ref _nextGroup) is var group && group < _tries.Length)
        {
            var numbers = Enumerable.Range(group * GroupSize, Math.Min(GroupSize, Alerts - (group * GroupSize))).ToList();
            var body = string.Join('\n', numbers.Select(n => $$$"""{"rule":"Crash","priority":"{{{(n % UrgentEvery == 0 ? "Critical" : "Warning")}}}","time":"{{{time}}}","output":"number {{{n}}}","output_fields":{"n":{{{n}}}}}"""));
            while (!await PostAsync(client, body, group)) await Task.Delay(20, TestContext.Current.CancellationToken);
            Interlocked.Add(ref _answered, numbers.Count);
        }
    }

    private async Task<bool> PostAsync(HttpClient client, string body, int group)
    {
        try
        {
            _tries[group]++;
            using var answer = await client.PostAsync("/", new StringContent(body, Encoding.UTF8, "application/x-ndjson"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // The hub was killed: nothing was answered, so everything is sent again.
            return false;
        }
    }

    // A request without an answer may have been kept as well as its repetition: each number is there at least once, and no more often than it was sent. No record of the journal is there twice.
    private async Task CheckStoredAsync(HttpClient client)
    {
        var copies = new int[Alerts];
        var identities = new HashSet<Guid>();
        for (var (page, count) = (1, 1); count > 0; page++)
        {
            using var answer = JsonDocument.Parse(await client.GetByteArrayAsync($"/api/v1/events/search?limit=10000&page={page}", TestContext.Current.CancellationToken));
            count = 0;
            foreach (var alert in answer.RootElement.GetProperty("results").EnumerateArray())
            {
                count++;
                Assert.True(identities.Add(alert.GetProperty("uuid").GetGuid()), "a record is stored twice");
                copies[alert.GetProperty("output_fields").GetProperty("n").GetInt32()]++;
            }
        }
        Assert.Equal(0, copies.Count(c => c == 0));
        Assert.DoesNotContain(Enumerable.Range(0, Alerts), n => copies[n] > _tries[n / GroupSize]);
    }

    // What the service confirmed and the hub did not hear of (its time was over) was tried again, and counted so.
    private static void CheckCounters(HttpClient client, string destination, long confirmed)
    {
        var delivered = Metric(client, "destination_alerts_total", destination, "delivered");
        var retries = Metric(client, "destination_retries_total", destination);
        Assert.True(delivered <= confirmed && confirmed - delivered <= retries, $"{destination}: the hub delivered {delivered} with {retries} retries, the service confirmed {confirmed}");
        foreach (var result in new[] { "rejected", "expired", "overflowed", "lost" }) Assert.Equal(0, Metric(client, "destination_alerts_total", destination, result));
    }

    private static double Metric(HttpClient client, string name, params string[] labels)
    {
        var lines = client.GetStringAsync("/metrics").Result.Split('\n').Where(l => l.StartsWith("peregrine_hub_" + name, StringComparison.Ordinal) && labels.All(v => l.Contains($"\"{v}\"", StringComparison.Ordinal)));
        return lines.Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private static int Number(string variable, int fallback) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : fallback;
}
