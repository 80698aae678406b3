using System.Diagnostics;
using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Escalations;

/// <summary>Escalation by a real hub, which is killed, reloaded and started again while alerts are open.</summary>
public sealed class EscalationCrashTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private HttpRecorder _chat = null!;
    private HttpRecorder _pager = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _chat = await HttpRecorder.StartAsync();
        _pager = await HttpRecorder.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _chat.DisposeAsync();
        await _pager.DisposeAsync();
        _folder.Dispose();
    }

    private string ConfigFile => _folder.File("hub.yaml");

    private Task ConfigureAsync(string escalate) => File.WriteAllTextAsync(ConfigFile, $$"""
        listenaddress: 127.0.0.1
        listenport: {{_port}}
        data: {{_folder.File("data")}}
        delivery: {backoff: 20ms, maxbackoff: 100ms}
        destinations:
          - {name: chat, kind: webhook, address: '{{_chat.Address}}'}
          - {name: pager, kind: webhook, address: '{{_pager.Address}}'}
        routes:
          - name: watched
            to: chat
            escalate: {{escalate}}
        """, TestContext.Current.CancellationToken);

    private async Task PostAsync(string rule) => (await _client.PostAsync("/", new StringContent(TestAlerts.Json.Replace("Terminal shell in container", rule, StringComparison.Ordinal)), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    private async Task<List<JsonElement>> OpenAsync()
    {
        using var answer = JsonDocument.Parse(await _client.GetStringAsync("/api/v1/open-alerts", TestContext.Current.CancellationToken));
        return [.. answer.RootElement.Clone().EnumerateArray()];
    }

    private async Task OpenAsync(int count)
    {
        var found = -1;
        for (var i = 0; i < 300 && found != count; i++)
        {
            try
            {
                found = (await OpenAsync()).Count;
            }
            catch (HttpRequestException)
            {
                // A reload listens anew.
            }
            if (found != count) await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(count, found);
    }

    private async Task<string> AcknowledgeAsync(string rule)
    {
        using var ack = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "peregrine-hub.dll"), "ack", "-c", ConfigFile, "--match", $"alert.rule = '{rule}'", "--by", "alice"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await ack.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await ack.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await ack.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(ack.ExitCode == 0, said);
        return said;
    }

    private static string Rule(RecordedRequest request) => Field(request, r => r.GetProperty("rule"));

    private static string Field(RecordedRequest request, Func<JsonElement, JsonElement> of)
    {
        using var alert = JsonDocument.Parse(request.Body);
        return of(alert.RootElement).ToString();
    }

    [Fact]
    public async Task WhatIsOpenAndWhatIsAcknowledgedSurviveAKill()
    {
        await ConfigureAsync("{after: 1h, to: pager}");
        await using (var hub = await HubProcess.StartAsync(ConfigFile, _port))
        {
            foreach (var rule in new[] { "Acknowledged", "Left alone" }) await PostAsync(rule);
            await OpenAsync(2);
            Assert.Contains("acknowledged (Acknowledged, route watched", await AcknowledgeAsync("Acknowledged"), StringComparison.Ordinal);
            // At once: what was answered must not need a moment more.
            hub.Kill();
        }
        var delivered = _chat.Requests.Count;
        await ConfigureAsync("{after: 1s, to: pager}");
        await using (var hub = await HubProcess.StartAsync(ConfigFile, _port))
        {
            await Eventually.HoldsAsync(() => _pager.Requests.Count > 0, () => "nothing was escalated\n" + hub.Log);
            Assert.Contains("is not acknowledged: escalation 1 to pager", hub.Log, StringComparison.Ordinal);
            Assert.Equal("1", Field(_pager.Requests[0], r => r.GetProperty("output_fields").GetProperty("peregrine.escalated")));
            Assert.Equal("Left alone", (await OpenAsync())[0].GetProperty("rule").GetString());
            await Task.Delay(2500, TestContext.Current.CancellationToken);
            hub.Kill();
        }
        await using (var hub = await HubProcess.StartAsync(ConfigFile, _port))
        {
            await PostAsync("Marker");
            await Eventually.HoldsAsync(() => _pager.Requests.Any(r => Rule(r) == "Marker"), () => "the last one was not escalated\n" + hub.Log);
            Assert.Equal(["Left alone", "Marker"], _pager.Requests.Select(Rule).Distinct());
            // What was on its way when the hub was killed may come twice, under the same identity.
            Assert.Single(_pager.Requests.Where(r => Rule(r) == "Left alone").Select(r => Field(r, a => a.GetProperty("uuid"))).Distinct());
            Assert.Contains("Acknowledged", _chat.Requests.Select(Rule));
            Assert.True(_chat.Requests.Count >= delivered, "messages were taken back");
        }
    }

    [Fact]
    public async Task KilledAtAnyMomentEachAlertIsEscalated()
    {
        const int Rounds = 5;
        await ConfigureAsync("{after: 700ms, to: pager, repeat: 1s, by: rule}");
        for (var round = 0; round < Rounds; round++)
        {
            await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
            await PostAsync($"Round {round}");
            await Task.Delay(Random.Shared.Next(0, 1600), TestContext.Current.CancellationToken);
            hub.Kill();
        }
        await using var last = await HubProcess.StartAsync(ConfigFile, _port);
        await Eventually.HoldsAsync(() => _pager.Requests.Select(Rule).Distinct().Count() == Rounds, () => $"only {string.Join(", ", _pager.Requests.Select(Rule).Distinct())} were escalated\n{last.Log}");
        await OpenAsync(Rounds);
    }

    [Fact]
    public async Task AReloadKeepsWhatIsOpenAndTakesTheNewTimes()
    {
        await ConfigureAsync("{after: 1h, to: pager}");
        await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
        await PostAsync("Open");
        await PostAsync("Taken on");
        await OpenAsync(2);
        await AcknowledgeAsync("Taken on");
        await ConfigureAsync("{after: 2s, to: pager}");
        await Eventually.HoldsAsync(() => _pager.Requests.Count > 0, () => "nothing was escalated after the reload\n" + hub.Log);
        Assert.Equal("Open", Rule(_pager.Requests[0]));
        await OpenAsync(1);
        // A configuration that cannot be right changes nothing.
        await ConfigureAsync("{after: 2s, to: pagr}");
        await Eventually.HoldsAsync(() => hub.Log.Contains("there is no destination 'pagr'; did you mean 'pager'?", StringComparison.Ordinal), () => hub.Log);
        await OpenAsync(1);
        Assert.Equal(["Open"], _pager.Requests.Select(Rule));
    }
}
