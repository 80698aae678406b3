using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Aws;

public sealed class AwsTests
{
    private const string Keys = "region: eu-west-1, accesskeyid: key1, secretaccesskey: secret1";

    private static readonly Dictionary<string, (string Yaml, string Region, string Service)> Kinds = new()
    {
        ["s3"] = ($"aws: {{{Keys}, s3: {{bucket: b, endpoint: 'HOST'}}}}", "eu-west-1", "s3"),
        ["securitylake"] = ($"aws: {{{Keys}, securitylake: {{bucket: b, region: eu-west-1, prefix: ext/falco, accountid: '1', endpoint: 'HOST'}}}}", "eu-west-1", "s3"),
        ["yandexs3"] = ("yandex: {accesskeyid: key1, secretaccesskey: secret1, s3: {bucket: b, endpoint: 'HOST'}}", "ru-central1", "s3"),
        ["sqs"] = ($"aws: {{{Keys}, sqs: {{url: 'HOST/123/alerts'}}}}", "eu-west-1", "sqs"),
        ["sqsfifo"] = ($"aws: {{{Keys}, sqs: {{url: 'HOST/123/alerts.fifo'}}}}", "eu-west-1", "sqs"),
        ["sns"] = ($"aws: {{{Keys}, sns: {{topicarn: 'arn:aws:sns:eu-west-1:1:t', endpoint: 'HOST'}}}}", "eu-west-1", "sns"),
        ["snsraw"] = ($"aws: {{{Keys}, sns: {{topicarn: 'arn:aws:sns:eu-west-1:1:t', rawjson: true, endpoint: 'HOST'}}}}", "eu-west-1", "sns"),
        ["kinesis"] = ($"aws: {{{Keys}, kinesis: {{streamname: st, endpoint: 'HOST'}}}}", "eu-west-1", "kinesis"),
        ["datastreams"] = ("yandex: {accesskeyid: key1, secretaccesskey: secret1, datastreams: {streamname: st, endpoint: 'HOST'}}", "ru-central1", "kinesis"),
        ["logs"] = ($"aws: {{{Keys}, cloudwatchlogs: {{loggroup: g, endpoint: 'HOST'}}}}", "eu-west-1", "logs"),
        ["lambda"] = ($"aws: {{{Keys}, lambda: {{functionname: 'arn:aws:lambda:eu-west-1:1:function:f', endpoint: 'HOST'}}}}", "eu-west-1", "lambda"),
    };

    private static async Task<(DeliveryResult Result, IReadOnlyList<RecordedRequest> Requests)> SendAsync(string kind, Func<RecordedRequest, (int, string, (string, string)[])> answer, params Alert[] alerts)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = answer;
        var (yaml, region, name) = Kinds[kind];
        var result = await TestDestinations.DeliverAsync(yaml.Replace("HOST", service.Address, StringComparison.Ordinal), alerts);
        foreach (var request in service.Requests) ReceivedSignature.Check(request, "secret1", region, name);
        return (result, service.Requests);
    }

    private static async Task<(DeliveryResult Result, RecordedRequest Request)> SendAsync(string kind, string answer, params Alert[] alerts)
    {
        var (result, requests) = await SendAsync(kind, _ => (200, answer, []), alerts);
        return (result, Assert.Single(requests));
    }

    private static JsonElement Parse(RecordedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.Clone();
    }

    private static Alert Huge(int fields = 1) => TestAlerts.Of("ä|\"\n🐦", fields: [.. Enumerable.Range(0, fields).Select(i => ($"f{i}", new string('ä', 1024 * 1024 / fields)))]);

    public static TheoryData<string> AllKinds => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task EveryRequestIsSignedAndTroubleIsToldApart(string kind)
    {
        foreach (var (status, text, outcome) in new[]
                 {
                     (429, "", DeliveryOutcome.Retry), (503, "SlowDown", DeliveryOutcome.Retry), (400, "{\"__type\":\"ThrottlingException\"}", DeliveryOutcome.Retry),
                     (403, "<Code>RequestTimeTooSkewed</Code>", DeliveryOutcome.Retry), (403, "AccessDenied", DeliveryOutcome.Rejected), (400, "{\"__type\":\"ValidationException\"}", DeliveryOutcome.Rejected),
                 })
        {
            var (result, _) = await SendAsync(kind, _ => (status, text, []), TestAlerts.Typical());
            Assert.Equal((status, text, outcome), (status, text, result.All.Outcome));
        }
        foreach (var alert in new[] { Huge(), new Alert { Id = Guid.NewGuid(), UnixNanoseconds = 1, Priority = AlertPriority.Debug, Rule = "r" } })
            Assert.Equal(DeliveryOutcome.Retry, (await SendAsync(kind, _ => (500, "", []), alert)).Result.All.Outcome);
    }

    [Theory]
    [InlineData("s3", "bucket-owner-full-control")]
    [InlineData("yandexs3", null)]
    public async Task EachEventIsAnObjectOfItsOwn(string kind, string? acl)
    {
        var alert = TestAlerts.Typical();
        var (result, request) = await SendAsync(kind, "", alert);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        Assert.Equal(("PUT", $"/b/falco/2023-11-14/2023-11-14T22:13:20.123456789Z-{alert.Id}.json", acl), (request.Method, request.Path, request.Headers.GetValueOrDefault("x-amz-acl")));
        Assert.Equal(alert.ToJson(), request.Body);
    }

    [Fact]
    public async Task AQueueTakesManyAndAnswersForEach()
    {
        const string Answer = """{"Successful":[{"Id":"1"}],"Failed":[{"Id":"0","SenderFault":true,"Code":"InvalidMessageContents","Message":"bad"},{"Id":"2","SenderFault":false,"Code":"InternalError"}]}""";
        var alert = TestAlerts.Typical();
        var (result, request) = await SendAsync("sqs", Answer, alert, Huge(), TestAlerts.Of());
        Assert.Equal([DeliveryOutcome.Rejected, DeliveryOutcome.Delivered, DeliveryOutcome.Retry], Enumerable.Range(0, 3).Select(i => result[i].Outcome));
        Assert.Equal(("/", "AmazonSQS.SendMessageBatch", "application/x-amz-json-1.0"), (request.Path, request.Headers["X-Amz-Target"], request.Headers["Content-Type"]));
        var body = Parse(request);
        Assert.EndsWith("/123/alerts", body.GetProperty("QueueUrl").GetString(), StringComparison.Ordinal);
        var entries = body.GetProperty("Entries");
        Assert.Equal(Encoding.UTF8.GetString(alert.ToJson()), entries[0].GetProperty("MessageBody").GetString());
        Assert.False(entries[0].TryGetProperty("MessageGroupId", out _));
        var cut = entries[1].GetProperty("MessageBody").GetString()!;
        Assert.InRange(Encoding.UTF8.GetByteCount(cut), 1, 256 * 1024);
        using var event1 = JsonDocument.Parse(cut);
        Assert.EndsWith("ä…", event1.RootElement.GetProperty("output_fields").GetProperty("f0").GetString(), StringComparison.Ordinal);
        var entry = Parse((await SendAsync("sqsfifo", Answer, alert)).Request).GetProperty("Entries")[0];
        Assert.Equal(("node-1", alert.Id.ToString()), (entry.GetProperty("MessageGroupId").GetString(), entry.GetProperty("MessageDeduplicationId").GetString()));
    }

    [Fact]
    public async Task AnEventOfVeryManyFieldsIsShortenedToo()
    {
        var (_, request) = await SendAsync("sqs", "{}", TestAlerts.Of(fields: [.. Enumerable.Range(0, 20_000).Select(i => ($"a.field.of.some.length.{i}", "value"))]));
        Assert.InRange(Encoding.UTF8.GetByteCount(Parse(request).GetProperty("Entries")[0].GetProperty("MessageBody").GetString()!), 1000, 256 * 1024);
    }

    [Fact]
    public async Task ATopicGetsTheLineAndAttributesOrTheEvent()
    {
        const string Answer = """<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Failed><member><Id>1</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member></Failed><Successful><member><Id>0</Id></member></Successful></PublishBatchResult></PublishBatchResponse>""";
        var alert = TestAlerts.Typical();
        var (result, request) = await SendAsync("sns", Answer, alert, TestAlerts.Of());
        Assert.Equal((DeliveryOutcome.Delivered, DeliveryOutcome.Retry), (result[0].Outcome, result[1].Outcome));
        var form = request.Form;
        Assert.Equal(("PublishBatch", "arn:aws:sns:eu-west-1:1:t", alert.Output), (form["Action"], form["TopicArn"], form["PublishBatchRequestEntries.member.1.Message"]));
        var attributes = Enumerable.Range(1, 10).ToDictionary(i => form[$"PublishBatchRequestEntries.member.1.MessageAttributes.entry.{i}.Name"], i => form[$"PublishBatchRequestEntries.member.1.MessageAttributes.entry.{i}.Value.StringValue"]);
        Assert.Equal(("Warning", "container,mitre_execution", "bash"), (attributes["priority"], attributes["tags"], attributes["proc.aname_2"]));
        Assert.False(form.ContainsKey("PublishBatchRequestEntries.member.1.MessageAttributes.entry.11.Name"));
        Assert.Equal(Encoding.UTF8.GetString(alert.ToJson()), (await SendAsync("snsraw", Answer, alert)).Request.Form["PublishBatchRequestEntries.member.1.Message"]);
    }

    [Theory]
    [InlineData("kinesis")]
    [InlineData("datastreams")]
    public async Task AStreamTakesManyAndAnswersForEach(string kind)
    {
        var alert = TestAlerts.Typical();
        var (result, request) = await SendAsync(kind, """{"FailedRecordCount":1,"Records":[{"SequenceNumber":"1","ShardId":"s"},{"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"slow"}]}""", alert, Huge(20));
        Assert.Equal((DeliveryOutcome.Delivered, DeliveryOutcome.Retry), (result[0].Outcome, result[1].Outcome));
        Assert.Equal("Kinesis_20131202.PutRecords", request.Headers["X-Amz-Target"]);
        var body = Parse(request);
        Assert.Equal("st", body.GetProperty("StreamName").GetString());
        Assert.Equal(alert.ToJson(), body.GetProperty("Records")[0].GetProperty("Data").GetBytesFromBase64());
        Assert.InRange(body.GetProperty("Records")[1].GetProperty("Data").GetBytesFromBase64().Length, 1, 1024 * 1024);
        Assert.Equal(DeliveryOutcome.Retry, (await SendAsync(kind, "<html>a proxy</html>", alert)).Result.All.Outcome);
    }

    [Fact]
    public async Task AStreamOfLogsIsMadeAndGetsSortedDays()
    {
        const long Day = 86_400_000_000_000;
        Alert At(long days) => new() { Id = Guid.NewGuid(), UnixNanoseconds = (19_000 + days) * Day, Priority = AlertPriority.Error, Rule = "r" };
        var isMade = false;
        var (result, requests) = await SendAsync("logs", request =>
        {
            if (request.Headers["X-Amz-Target"] == "Logs_20140328.CreateLogStream")
            {
                isMade = true;
                return (200, "", []);
            }
            return isMade ? (200, request.Text.Contains("1641600000000", StringComparison.Ordinal) ? """{"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1}}""" : "{}", []) : (400, """{"__type":"ResourceNotFoundException","message":"The specified log stream does not exist."}""", []);
        }, At(3), At(0), At(3));
        Assert.Equal([DeliveryOutcome.Delivered, DeliveryOutcome.Rejected, DeliveryOutcome.Delivered], Enumerable.Range(0, 3).Select(i => result[i].Outcome));
        Assert.Equal(["PutLogEvents", "CreateLogStream", "PutLogEvents", "PutLogEvents"], requests.Select(r => r.Headers["X-Amz-Target"].Split('.')[1]));
        Assert.Equal(("g", "falcosidekick-logstream", 2), (Parse(requests[3]).GetProperty("logGroupName").GetString(), Parse(requests[3]).GetProperty("logStreamName").GetString(), Parse(requests[3]).GetProperty("logEvents").GetArrayLength()));
    }

    [Fact]
    public async Task AFunctionIsCalledAndItsFailureSeen()
    {
        var alert = TestAlerts.Typical();
        var (result, requests) = await SendAsync("lambda", _ => (200, "{\"errorMessage\":\"no\"}", [("X-Amz-Function-Error", "Unhandled")]), alert);
        Assert.Equal(DeliveryOutcome.Rejected, result.All.Outcome);
        var request = Assert.Single(requests);
        Assert.Equal(("/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations", "RequestResponse", "Tail"), (request.Path, request.Headers["X-Amz-Invocation-Type"], request.Headers["X-Amz-Log-Type"]));
        Assert.Equal(alert.ToJson(), request.Body);
        Assert.Equal(DeliveryOutcome.Delivered, (await SendAsync("lambda", "", alert)).Result.All.Outcome);
    }

    [Fact]
    public async Task ARolesKeysSignOnceItIsTakenOn()
    {
        await using var service = await HttpRecorder.StartAsync();
        var isRefused = true;
        service.Answer = request => request.Path != "/sts" ? (200, "", []) : isRefused ? (403, "AccessDenied", []) : (200, TestRole.Answer(), []);
        await using var destination = TestDestinations.Create($"aws: {{{Keys}, rolearn: 'arn:aws:iam::1:role/r', externalid: ext, stsendpoint: '{service.Address}/sts', lambda: {{functionname: f, endpoint: '{service.Address}'}}}}");
        var cancellation = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<HttpRequestException>(() => destination.DeliverAsync([TestAlerts.Of()], cancellation).AsTask());
        isRefused = false;
        for (var i = 0; i < 2; i++) Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync([TestAlerts.Of()], cancellation)).All.Outcome);
        Assert.Equal(["/sts", "/sts", "/2015-03-31/functions/f/invocations", "/2015-03-31/functions/f/invocations"], service.Requests.Select(r => r.Path));
        ReceivedSignature.Check(service.Requests[1], "secret1", "eu-west-1", "sts");
        ReceivedSignature.Check(service.Requests[2], "secret2", "eu-west-1", "lambda");
        Assert.Equal("token2", service.Requests[3].Headers["X-Amz-Security-Token"]);
        Assert.Equal(("AssumeRole", "arn:aws:iam::1:role/r", "ext"), (service.Requests[1].Form["Action"], service.Requests[1].Form["RoleArn"], service.Requests[1].Form["ExternalId"]));
    }

    [Fact]
    public async Task KeysThatTheServiceCallsExpiredAreFetchedAgain()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = request => request.Path == "/sts" ? (200, TestRole.Answer(), []) : (403, "<Code>ExpiredToken</Code>", []);
        await using var destination = TestDestinations.Create($"aws: {{{Keys}, rolearn: r, stsendpoint: '{service.Address}/sts', s3: {{bucket: b, endpoint: '{service.Address}'}}}}");
        for (var i = 0; i < 2; i++) Assert.Equal(DeliveryOutcome.Retry, (await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal(2, service.Requests.Count(r => r.Path == "/sts"));
    }

    [Fact]
    public void MissingKeysAreRefusedInWords() =>
        Assert.Contains("yandex.accesskeyid", Assert.Throws<ConfigurationException>(() => TestDestinations.Create("yandex: {s3: {bucket: b}}")).Message, StringComparison.Ordinal);
}
