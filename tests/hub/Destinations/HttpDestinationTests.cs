using System.Text.Json;
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
