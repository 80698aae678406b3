using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>Against the brokers that librdkafka has for tests: they talk Kafka's protocol over loopback.</summary>
public sealed class KafkaDestinationTests : IDisposable
{
    private readonly MockCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("requiredacks: ALL, compression: GZIP, balancer: murmur2")]
    [InlineData("requiredacks: ONE, compression: lz4, balancer: crc32_random, clientid: x")]
    public async Task EventsAreReadFromTheTopic(string settings)
    {
        var alerts = Enumerable.Range(0, 50).Select(i => TestAlerts.Of($"Rule {i}", fields: ("big", new string('x', 10_000)))).Prepend(TestAlerts.Typical()).ToArray();
        var result = await TestDestinations.DeliverAsync($"kafka: {{hostport: '{_cluster.Address}', topic: falco, topiccreation: true, {settings}}}", alerts);
        Assert.Equal((DeliveryOutcome.Delivered, ""), (result.All.Outcome, result.All.Reason));
        var read = _cluster.Read("falco", alerts.Length);
        Assert.True(read.SetEquals(alerts.Select(a => System.Text.Encoding.UTF8.GetString(a.ToJson()))));
    }

    [Fact]
    public async Task WhatIsTooLargeIsRefusedAlone()
    {
        var result = await TestDestinations.DeliverAsync($"kafka: {{hostport: '{_cluster.Address}', topic: falco, topiccreation: true}}", TestAlerts.Of("Big", fields: ("x", new string('x', 1100 * 1024))), TestAlerts.Of());
        Assert.Equal([DeliveryOutcome.Rejected, DeliveryOutcome.Delivered], [result[0].Outcome, result[1].Outcome]);
    }

    [Fact]
    public async Task WithoutATopicOrABrokerItIsTriedAgain()
    {
        Assert.Equal("there is no topic 'falco'", (await TestDestinations.DeliverAsync($"kafka: {{hostport: '{_cluster.Address}', topic: falco}}", TestAlerts.Of())).All.Reason);
        Assert.Equal(DeliveryOutcome.Retry, (await TestDestinations.DeliverAsync($"kafka: {{hostport: '127.0.0.1:{FreePort.Next()}', topic: falco, topiccreation: true}}", TestAlerts.Of())).All.Outcome);
    }

    /// <summary>In one file the hub's assemblies lie nowhere, so that the library is looked for in another way than here.</summary>
    [Fact]
    public async Task TheBuiltHubFindsTheSystemsLibrary()
    {
        var program = Path.Combine(Repository.Root, "out", "peregrine-hub");
        Assert.SkipUnless(File.Exists(program), $"{program} is missing: ./dev build makes it");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("hub.yaml"), $"data: {folder.File("data")}\nkafka: {{hostport: '{_cluster.Address}', topic: falco, topiccreation: true}}\n", TestContext.Current.CancellationToken);
        Assert.Contains("kafka: the test alert was delivered", await ServerProcess.RunAsync(program, "check", "-c", folder.File("hub.yaml"), "--send-test", "kafka"), StringComparison.Ordinal);
        Assert.Contains("This is a test from the Peregrine hub", Assert.Single(_cluster.Read("falco", 1)), StringComparison.Ordinal);
    }
}
