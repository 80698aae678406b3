using System.Text.Json;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

public sealed class KafkaRestDestinationTests
{
    [Theory]
    [InlineData("", "application/vnd.kafka.binary.v2+json")]
    [InlineData(", version: 1", "application/vnd.kafka.binary.v1+json")]
    public async Task EventsAreBinaryRecords(string settings, string type)
    {
        await using var proxy = await HttpRecorder.StartAsync();
        var alert = TestAlerts.Typical();
        var result = await TestDestinations.DeliverAsync($"kafkarest: {{address: '{proxy.Address}/topics/falco'{settings}}}", alert, TestAlerts.Of());
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var request = Assert.Single(proxy.Requests);
        Assert.Equal(("POST", "/topics/falco", type), (request.Method, request.Path, request.Headers["Content-Type"]));
        using var body = JsonDocument.Parse(request.Body);
        var records = body.RootElement.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(2, records.Count);
        Assert.Equal(alert.ToJson(), records[0].GetProperty("value").GetBytesFromBase64());
    }

    [Fact]
    public async Task EachRecordHasItsResult()
    {
        await using var proxy = await HttpRecorder.StartAsync();
        proxy.AnswerWith(200, """{"offsets":[{"partition":0,"offset":5,"error_code":null,"error":null},{"error_code":1,"error":"too large"},{"error_code":2,"error":"no leader"}]}""");
        var result = await TestDestinations.DeliverAsync($"kafkarest: {{address: '{proxy.Address}/topics/falco'}}", TestAlerts.Of(), TestAlerts.Of(), TestAlerts.Of());
        Assert.Equal([DeliveryOutcome.Delivered, DeliveryOutcome.Rejected, DeliveryOutcome.Retry], [result[0].Outcome, result[1].Outcome, result[2].Outcome]);
        Assert.Equal("too large", result[1].Reason);
    }
}
