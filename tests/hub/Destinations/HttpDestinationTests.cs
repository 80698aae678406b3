using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations;

/// <summary>What all destinations over HTTP share, seen through the webhook.</summary>
public sealed class HttpDestinationTests
{
    [Fact]
    public async Task TheEventGoesOutAsItIsKept()
    {
        await using var service = await HttpRecorder.StartAsync();
        var alert = TestAlerts.Typical();
        var result = await TestDestinations.DeliverAsync($$"""
            webhook:
              address: {{service.Address}}/events?x=1
              method: PUT
              customheaders: {X-Token: secret-token, Content-Type: application/cloudevents+json}
            """, alert);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var request = Assert.Single(service.Requests);
        Assert.Equal(("PUT", "/events", "?x=1"), (request.Method, request.Path, request.Query));
        Assert.Equal("secret-token", request.Headers["X-Token"]);
        Assert.Equal("application/cloudevents+json", request.Headers["Content-Type"]);
        using var sent = JsonDocument.Parse(request.Body);
        using var original = JsonDocument.Parse(TestAlerts.Json);
        Assert.Equal(alert.Id, sent.RootElement.GetProperty("uuid").GetGuid());
        foreach (var property in original.RootElement.EnumerateObject())
            Assert.True(JsonElement.DeepEquals(property.Value, sent.RootElement.GetProperty(property.Name)), property.Name);
    }

    [Theory]
    [InlineData(200, DeliveryOutcome.Delivered)]
    [InlineData(202, DeliveryOutcome.Delivered)]
    [InlineData(302, DeliveryOutcome.Rejected)]
    [InlineData(400, DeliveryOutcome.Rejected)]
    [InlineData(401, DeliveryOutcome.Rejected)]
    [InlineData(404, DeliveryOutcome.Rejected)]
    [InlineData(408, DeliveryOutcome.Retry)]
    [InlineData(429, DeliveryOutcome.Retry)]
    [InlineData(500, DeliveryOutcome.Retry)]
    [InlineData(503, DeliveryOutcome.Retry)]
    public async Task TheStatusDecides(int status, DeliveryOutcome expected)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(status, "it says\nwhy", ("Retry-After", "7"));
        var result = await TestDestinations.DeliverAsync($"webhook: {{address: '{service.Address}'}}", TestAlerts.Of());
        Assert.Equal(expected, result.All.Outcome);
        if (expected == DeliveryOutcome.Delivered) return;
        Assert.Equal($"HTTP {status}: it says why", result.All.Reason);
        Assert.Equal(expected == DeliveryOutcome.Retry ? TimeSpan.FromSeconds(7) : null, result.After);
    }

    [Theory]
    [InlineData("webhook: {address: 'HOST', mutualtls: true}", true)]
    [InlineData("webhook: {address: 'HOST', mutualtls: true, checkcert: false}", true)]
    [InlineData("webhook: {address: 'HOST'}", false)]
    [InlineData("cloudevents: {address: 'HOST', mutualtls: true}", true)]
    [InlineData("cloudevents: {address: 'HOST'}", false)]
    [InlineData("pagerduty: {routingkey: key1, address: 'HOST', mutualtls: true}", true)]
    [InlineData("pagerduty: {routingkey: key1, address: 'HOST'}", false)]
    [InlineData("otlp: {traces: {endpoint: 'HOST', mutualtls: true}}", true)]
    public async Task AServerThatAsksForACertificateGetsTheHubs(string yaml, bool works)
    {
        using var folder = new TemporaryFolder();
        var certificates = new TestCertificates(folder);
        await using var service = await HttpRecorder.StartAsync(certificates.Secure(ClientCertificateMode.RequireCertificate));
        var file = $"mutualtlsclient: {{certfile: {certificates.Client}, keyfile: {certificates.ClientKey}, cacertfile: {certificates.Authority}}}\ntlsclient: {{cacertfile: {certificates.Authority}}}\n" + yaml.Replace("HOST", service.Address, StringComparison.Ordinal);
        if (works) Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(file, TestAlerts.Of())).All.Outcome);
        else await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(file, TestAlerts.Of()));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", checkcert: false", true)]
    public async Task AnUnknownCertificateIsTakenOnlyWhereItIsNotChecked(string more, bool works)
    {
        using var folder = new TemporaryFolder();
        await using var service = await HttpRecorder.StartAsync(new TestCertificates(folder).Secure());
        var yaml = $"webhook: {{address: '{service.Address}'{more}}}";
        if (works) Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of())).All.Outcome);
        else await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(yaml, TestAlerts.Of()));
    }

    [Fact]
    public async Task DeliveriesAtOnceKeepWhatIsTheirs()
    {
        await using var service = await HttpRecorder.StartAsync();
        await using var functions = TestDestinations.Create($"fission: {{function: f, address: '{service.Address}', maxconcurrentrequests: 0}}");
        var alerts = Enumerable.Range(0, 300).Select(i => TestAlerts.Of("Rule " + i)).ToList();
        await Parallel.ForEachAsync(alerts, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (alert, stop) => await functions.DeliverAsync([alert], stop));
        Assert.Equal(300, service.Requests.Count);
        Assert.Equal(alerts.Select(a => a.Id).Order(), service.Requests.Select(r => Guid.Parse(r.Headers["event-id"])).Order());
        Assert.All(service.Requests, r => Assert.Equal(r.Headers["event-id"], JsonDocument.Parse(r.Body).RootElement.GetProperty("uuid").GetString()));
    }

    [Fact]
    public async Task SlackGetsTextAndFields()
    {
        await using var service = await HttpRecorder.StartAsync();
        await TestDestinations.DeliverAsync($$$"""
            slack:
              webhookurl: {{{service.Address}}}/services/T/B/X
              channel: "#security"
              messageformat: '{{ .Rule }} in {{ index .OutputFields "k8s.ns.name" }}'
            """, TestAlerts.Typical());
        var request = Assert.Single(service.Requests);
        Assert.Equal(("POST", "/services/T/B/X"), (request.Method, request.Path));
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal("Terminal shell in container in payments", body.RootElement.GetProperty("text").GetString());
        Assert.Equal("#security", body.RootElement.GetProperty("channel").GetString());
        var attachment = body.RootElement.GetProperty("attachments")[0];
        Assert.Equal("#ffc700", attachment.GetProperty("color").GetString());
        Assert.Contains("file=/tmp/ä \"x\"", attachment.GetProperty("text").GetString(), StringComparison.Ordinal);
        var fields = attachment.GetProperty("fields").EnumerateArray().ToDictionary(f => f.GetProperty("title").GetString()!, f => f.GetProperty("value").GetString());
        Assert.Equal("4711", fields["proc.pid"]);
        Assert.Equal("container, mitre_execution", fields["tags"]);
        Assert.False(fields.ContainsKey("fd.lport"));
    }
}
