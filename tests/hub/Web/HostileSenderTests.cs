using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Web;

/// <summary>Senders that mean harm, or are broken: each is bounded and told so, and others are served.</summary>
public sealed class HostileSenderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AHundredMegabytesAreRefusedWhetherTheirLengthIsToldOrNot(bool isTold)
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "");
        using var content = new Endless(100 * 1024 * 1024, isTold);
        try
        {
            using var answer = await hub.Client.PostAsync("/", content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException or SocketException)
        {
            // The hub closed the connection while the client still wrote: it read no more than it had to.
        }
        await StillServesAsync(hub);
        Assert.Equal(2, hub.Hub.Journal.End.Sequence);
    }

    [Fact]
    public async Task SendersThatComeToNoEndAreCutOffAndHoldUpNobody()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "");
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                slow.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
                await slow[i].ConnectAsync("127.0.0.1", hub.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
                // Half stop within the headers, half within the body.
                await slow[i].SendAsync(Encoding.ASCII.GetBytes(i % 2 == 0 ? "POST / HTTP/1.1\r\nHost: hub\r\nX-Slow: " : "POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5000\r\n\r\n{"), TestContext.Current.CancellationToken);
            }
            await StillServesAsync(hub);
            await Eventually.HoldsAsync(() => slow.TrueForAll(s => s.Poll(0, SelectMode.SelectRead)), () => $"{slow.Count(s => !s.Poll(0, SelectMode.SelectRead))} connections are still open");
        }
        finally
        {
            foreach (var socket in slow) socket.Dispose();
        }
        await StillServesAsync(hub);
    }

    [Fact]
    public async Task AlertsOfTooManyFieldsAndOfTooDeepOnesAreRefusedAndLargeOnesTaken()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, Alert(Fields(10_000))));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(hub, Alert(Fields(30_000))));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(hub, Alert($"\"deep\":{new string('[', 5000)}{new string(']', 5000)}")));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(hub, new string('[', 100_000)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, Alert(string.Join(',', Enumerable.Repeat("\"same\":1", 10_000)))));
        await Eventually.HoldsAsync(() => hub.Hub.Filler.Position == 3, () => $"the store is at {hub.Hub.Filler.Position}");
        Assert.Equal(2, (await hub.GetAsync("/api/v1/events/count")).GetProperty("statistics").GetProperty("all").GetInt64());
    }

    [Fact]
    public async Task BytesThatAreNoTextAreTakenAsReplacements()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "");
        byte[] body = [.. "{\"rule\":\"R\",\"priority\":\"info\",\"time\":\"2026-05-01T00:00:00Z\",\"output\":\"a"u8, 0xff, 0xc3, 0x28, .. "\"}"u8];
        using var content = new ByteArrayContent(body);
        using var answer = await hub.Client.PostAsync("/", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.HoldsAsync(() => hub.Hub.Filler.Position == 2, () => "the store has nothing");
        var found = await hub.GetAsync("/api/v1/events/search");
        Assert.Equal("a\ufffd\ufffd(", found.GetProperty("results")[0].GetProperty("output").GetString());
    }

    [Fact]
    public async Task AFloodOfOneSenderCostsAnotherNothing()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "ingest: {rate: 10, burst: 10, tokens: {flood: flood-token, quiet: quiet-token}}");
        using var flood = new HttpClient { BaseAddress = hub.Client.BaseAddress, DefaultRequestHeaders = { Authorization = new("Bearer", "flood-token") } };
        var statuses = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            using var answer = await flood.PostAsync("/", new StringContent(TestAlerts.Json), TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        hub.Client.DefaultRequestHeaders.Authorization = new("Bearer", "quiet-token");
        await StillServesAsync(hub);
        Assert.Equal(statuses.Count(s => s == HttpStatusCode.OK) + 1, hub.Hub.Journal.End.Sequence - 1);
    }

    private static async Task StillServesAsync(RunningHub hub) => Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, TestAlerts.Json));

    private static async Task<HttpStatusCode> StatusAsync(RunningHub hub, string body)
    {
        using var answer = await hub.PostAsync(body);
        return answer.StatusCode;
    }

    private static string Alert(string fields) => $"{{\"rule\":\"R\",\"priority\":\"info\",\"time\":\"2026-05-01T00:00:00Z\",\"output_fields\":{{{fields}}}}}";

    private static string Fields(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"field.{i}\":{i}"));

    private sealed class Endless(long length, bool isTold) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            for (long sent = 0; sent < length; sent += part.Length) await stream.WriteAsync(part);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return isTold;
        }
    }
}
