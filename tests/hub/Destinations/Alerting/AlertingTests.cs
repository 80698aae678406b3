using System.Diagnostics;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Alerting;

public sealed class AlertingTests
{
    private static async Task<(RecordedRequest Request, JsonElement Body)> SendAsync(string yaml, Alert alert)
    {
        await using var service = await HttpRecorder.StartAsync();
        await TestDestinations.DeliverAsync(yaml.Replace("HOST", service.Address, StringComparison.Ordinal), alert);
        var request = Assert.Single(service.Requests);
        using var body = JsonDocument.Parse(request.Body);
        return (request, body.RootElement.Clone());
    }

    [Theory]
    [InlineData(AlertPriority.Emergency, "critical", "P1")]
    [InlineData(AlertPriority.Alert, "critical", "P1")]
    [InlineData(AlertPriority.Critical, "critical", "P2")]
    [InlineData(AlertPriority.Error, "error", "P3")]
    [InlineData(AlertPriority.Warning, "warning", "P4")]
    [InlineData(AlertPriority.Notice, "info", "P5")]
    [InlineData(AlertPriority.Informational, "info", "P5")]
    [InlineData(AlertPriority.Debug, "info", "P5")]
    public async Task LevelsBecomeTheServicesOwn(AlertPriority priority, string pagerduty, string opsgenie)
    {
        Assert.Equal(pagerduty, (await SendAsync("pagerduty: {routingkey: key1, address: 'HOST/v2/enqueue'}", TestAlerts.Of(priority: priority))).Body.GetProperty("payload").GetProperty("severity").GetString());
        Assert.Equal(opsgenie, (await SendAsync("opsgenie: {apikey: key1, address: 'HOST/v2/alerts'}", TestAlerts.Of(priority: priority))).Body.GetProperty("priority").GetString());
    }

    [Fact]
    public async Task RepeatsJoinOneIncident()
    {
        const string Yaml = "pagerduty: {routingkey: key1, address: 'HOST/v2/enqueue'}";
        var (request, one) = await SendAsync(Yaml, TestAlerts.Of(fields: ("container.id", "a")));
        Assert.Equal("/v2/enqueue", request.Path);
        Assert.Equal(("key1", "trigger", "A rule happened"), (one.GetProperty("routing_key").GetString(), one.GetProperty("event_action").GetString(), one.GetProperty("payload").GetProperty("summary").GetString()));
        Assert.Equal("a", one.GetProperty("payload").GetProperty("custom_details").GetProperty("output_fields").GetProperty("container.id").GetString());
        Assert.Equal(one.GetProperty("dedup_key").GetString(), (await SendAsync(Yaml, TestAlerts.Of(fields: ("container.id", "a")))).Body.GetProperty("dedup_key").GetString());
        Assert.NotEqual(one.GetProperty("dedup_key").GetString(), (await SendAsync(Yaml, TestAlerts.Of(fields: ("container.id", "b")))).Body.GetProperty("dedup_key").GetString());
    }

    [Fact]
    public async Task OpsgenieGetsAMessageOfItsLengthAndFlatDetails()
    {
        var (request, body) = await SendAsync("opsgenie: {apikey: key1, address: 'HOST/v2/alerts'}", TestAlerts.Of(new string('r', 500), fields: ("proc.aname[2]", "sh")));
        Assert.Equal("GenieKey key1", request.Headers["Authorization"]);
        Assert.Equal(130, body.GetProperty("message").GetString()!.Length);
        Assert.Equal("sh", body.GetProperty("details").GetProperty("proc_aname_2").GetString());
    }

    [Fact]
    public async Task GrafanaOnCallGetsItsForm()
    {
        var alert = TestAlerts.Of();
        var (_, body) = await SendAsync("grafanaoncall: {webhookurl: 'HOST/x', customheaders: {A: b}}", alert);
        Assert.Equal((alert.Id.ToString(), "[Warning] A rule", "alerting"), (body.GetProperty("alert_uid").GetString(), body.GetProperty("title").GetString(), body.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task AlertmanagerLabelsAreItsOwnAndCountsAreClasses()
    {
        var (request, body) = await SendAsync("alertmanager: {hostport: 'HOST', expiresafter: 60, extralabels: {team: blue}, customseveritymap: {warning: page}}",
            TestAlerts.Of(fields: [("n_drops", "150"), ("n_evts", "7"), ("proc.name", "sh")]));
        Assert.Equal("/api/v2/alerts", request.Path);
        var labels = body[0].GetProperty("labels");
        Assert.Equal((">100", "sh", "blue", "critical", "critical"), (labels.GetProperty("n_drops").GetString(), labels.GetProperty("proc_name").GetString(), labels.GetProperty("team").GetString(),
            labels.GetProperty("severity").GetString(), labels.GetProperty("priority").GetString()!.ToLowerInvariant()));
        Assert.False(labels.TryGetProperty("n_evts", out _));
        Assert.Equal("2023-11-14T22:14:20.0000000+00:00", body[0].GetProperty("endsAt").GetString());
        Assert.False((await SendAsync("alertmanager: {hostport: 'HOST'}", TestAlerts.Of())).Body[0].TryGetProperty("endsAt", out _));
    }

    [Fact]
    public async Task OneMemberOfAClusterIsEnough()
    {
        await using var member = await HttpRecorder.StartAsync();
        var result = await TestDestinations.DeliverAsync($"alertmanager: {{hostport: ['http://127.0.0.1:1', '{member.Address}']}}", TestAlerts.Of());
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        Assert.Single(member.Requests);
    }

    [Fact]
    public async Task ARealAlertmanagerTakesThem()
    {
        const string Program = "/usr/bin/prometheus-alertmanager";
        Assert.SkipUnless(File.Exists(Program), "Alertmanager (prometheus-alertmanager) is not installed: ./dev test hub installs it");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("config.yml"), "route: {receiver: none}\nreceivers: [{name: none}]\n", TestContext.Current.CancellationToken);
        var port = FreePort.Next();
        using var server = Process.Start(new ProcessStartInfo(Program, ["--config.file", folder.File("config.yml"), "--storage.path", folder.File("data"), "--web.listen-address", $"127.0.0.1:{port}", "--cluster.listen-address="]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.HoldsAsync(() => Answers(client), () => "Alertmanager does not answer");
            var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
            var alert = new Alert { Id = Guid.NewGuid(), UnixNanoseconds = now, Priority = AlertPriority.Error, Rule = "Real \"rule\" ä", Output = "line\nbreak", Source = "syscall", Fields = [new AlertField("proc.aname[2]", AlertValue.Of("ba\\sh"))] };
            var result = await TestDestinations.DeliverAsync($"alertmanager: {{hostport: 'http://127.0.0.1:{port}', expiresafter: 3600}}", alert);
            Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
            using var stored = JsonDocument.Parse(await client.GetStringAsync("/api/v2/alerts", TestContext.Current.CancellationToken));
            var labels = stored.RootElement[0].GetProperty("labels");
            Assert.Equal(("Real \"rule\" ä", "ba\\sh", "warning"), (labels.GetProperty("alertname").GetString(), labels.GetProperty("proc_aname_2").GetString(), labels.GetProperty("severity").GetString()));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static bool Answers(HttpClient client)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
