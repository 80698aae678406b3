using System.Text;
using Confluent.Kafka;
using Peregrine.Hub.Destinations.Queues;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>The brokers that librdkafka has for tests: they talk Kafka's protocol over loopback.</summary>
internal sealed class MockCluster : IDisposable
{
    private readonly IProducer<Null, byte[]> _cluster;

    public MockCluster()
    {
        KafkaLibrary.Demand();
        _cluster = new ProducerBuilder<Null, byte[]>(new Dictionary<string, string> { ["test.mock.num.brokers"] = "1", ["bootstrap.servers"] = "" }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Where its broker is, for <c>hostport</c>.</summary>
    public string Address
    {
        get
        {
            using var admin = new DependentAdminClientBuilder(_cluster.Handle).Build();
            var broker = admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers[0];
            return $"{broker.Host}:{broker.Port}";
        }
    }

    /// <summary>Waits until a topic has had a number of different messages, and returns them.</summary>
    public IReadOnlySet<string> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = Address, GroupId = "tests", AutoOffsetReset = AutoOffsetReset.Earliest }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(topic);
        var read = new HashSet<string>(StringComparer.Ordinal);
        while (read.Count < count) read.Add(Encoding.UTF8.GetString(consumer.Consume(TestContext.Current.CancellationToken).Message.Value));
        return read;
    }

    public void Dispose() => _cluster.Dispose();
}
