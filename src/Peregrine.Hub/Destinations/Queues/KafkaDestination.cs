using Confluent.Kafka;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>A topic of Kafka. What the brokers confirm is what <c>requiredacks</c> asks of them; each event has its own result.</summary>
internal sealed class KafkaDestination(DestinationContext context) : IDestination
{
    // Shorter than a delivery may take, so that the client does not go on with what the queue tries again.
    private const int MessageTimeoutMilliseconds = 8_000;

    private const int ProbeMilliseconds = 4_000;

    private readonly Lock _making = new();
    private IProducer<Null, byte[]>? _producer;
    private bool _hasTopic = context.Settings.Flag("topiccreation");

    public static DestinationKind Kind { get; } = new()
    {
        Name = "kafka",
        Section = "kafka",
        Title = "Kafka",
        Family = DestinationFamily.Queues,
        EnabledBy = ["hostport", "topic"],
        OwnSettings =
        [
            Setting.Text("hostport", "Brokers (host:port), separated by commas"),
            Setting.Text("topic", "Topic"),
            Setting.Choice("sasl", "How to authenticate; empty for not at all", "", "", "PLAIN", "SCRAM_SHA256", "SCRAM_SHA512"),
            Setting.Flag("tls", "Talk TLS"),
            Setting.Text("username", "User"),
            Setting.Secret("password", "Password"),
            Setting.Choice("balancer", "How events are spread over partitions", "round_robin", "round_robin", "least_bytes", "crc32", "crc32_random", "murmur2", "murmur2_random"),
            Setting.Text("clientid", "The client's name"),
            Setting.Choice("compression", "Compression", "NONE", "NONE", "GZIP", "SNAPPY", "LZ4", "ZSTD"),
            Setting.Flag("async", "Taken for compatibility; results are always awaited"),
            Setting.Choice("requiredacks", "Who must have an event: nobody, the partition's leader, all replicas", "NONE", "NONE", "ONE", "ALL"),
            Setting.Flag("topiccreation", "Let brokers create the topic"),
            .. Setting.Ours([Setting.Flag("checkcert", "Check the brokers' certificates", true), .. TlsFiles.Settings]),
        ],
        Batch = _ => BatchLimits.Many(500),
        Create = context => new KafkaDestination(context),
    };

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var producer = Producer();
        if (!await HasTopicAsync(producer, MessageTimeoutMilliseconds)) return DeliveryResult.Retry(NoTopic);
        return DeliveryResult.Each(await Task.WhenAll(batch.Select(a => ProduceAsync(producer, a, cancellation))));
    }

    public async ValueTask ProbeAsync(Alert sample, CancellationToken cancellation)
    {
        var producer = Producer();
        await KafkaBrokers.ProbeAsync(context.Text("hostport"), cancellation);
        if (!await HasTopicAsync(producer, ProbeMilliseconds)) throw new IOException(NoTopic);
    }

    public ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        return ValueTask.CompletedTask;
    }

    private string NoTopic => $"there is no topic '{context.Text("topic")}'";

    // A producer's question for one topic makes brokers create it; the list of all does not.
    private async ValueTask<bool> HasTopicAsync(IProducer<Null, byte[]> producer, int milliseconds)
    {
        if (_hasTopic) return true;
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        var topics = await Task.Run(() => admin.GetMetadata(TimeSpan.FromMilliseconds(milliseconds)).Topics);
        return _hasTopic = topics.Any(t => t.Topic == context.Text("topic"));
    }

    private async Task<ItemResult> ProduceAsync(IProducer<Null, byte[]> producer, Alert alert, CancellationToken cancellation)
    {
        try
        {
            await producer.ProduceAsync(context.Text("topic"), new Message<Null, byte[]> { Value = alert.ToJson(), Timestamp = new Timestamp(alert.Time) }, cancellation);
            return new ItemResult(DeliveryOutcome.Delivered, "");
        }
        catch (ProduceException<Null, byte[]> e)
        {
            var isFinal = e.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidMsgSize or ErrorCode.TopicAuthorizationFailed or ErrorCode.TopicException or ErrorCode.PolicyViolation;
            return new ItemResult(isFinal ? DeliveryOutcome.Rejected : DeliveryOutcome.Retry, e.Error.Reason);
        }
    }

    // The client contacts the brokers as soon as it is made.
    private IProducer<Null, byte[]> Producer()
    {
        KafkaLibrary.Demand();
        // Its log would go to the console; what matters comes back with the results.
        lock (_making) return _producer ??= new ProducerBuilder<Null, byte[]>(Options()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    private ProducerConfig Options()
    {
        var settings = context.Settings;
        var (hasTls, sasl) = (settings.Flag("tls"), settings.Text("sasl"));
        return new ProducerConfig
        {
            BootstrapServers = settings.Text("hostport"),
            ClientId = settings.IsSet("clientid") ? settings.Text("clientid") : "peregrine-hub",
            SecurityProtocol = (hasTls, sasl.Length > 0) switch { (true, true) => SecurityProtocol.SaslSsl, (true, false) => SecurityProtocol.Ssl, (false, true) => SecurityProtocol.SaslPlaintext, _ => SecurityProtocol.Plaintext },
            SaslMechanism = sasl switch { "PLAIN" => SaslMechanism.Plain, "SCRAM_SHA256" => SaslMechanism.ScramSha256, "SCRAM_SHA512" => SaslMechanism.ScramSha512, _ => null },
            SaslUsername = sasl.Length > 0 ? settings.Text("username") : null,
            SaslPassword = sasl.Length > 0 ? settings.Text("password") : null,
            EnableSslCertificateVerification = settings.Flag("checkcert"),
            SslCaLocation = Given("cacertfile"),
            SslCertificateLocation = Given("certfile"),
            SslKeyLocation = Given("keyfile"),
            // Events have no key: the kinds that need one put all into one partition, as the reference's do.
            Partitioner = settings.Text("balancer") switch { "crc32" => Partitioner.Consistent, "crc32_random" => Partitioner.ConsistentRandom, "murmur2" => Partitioner.Murmur2, "murmur2_random" => Partitioner.Murmur2Random, _ => Partitioner.Random },
            CompressionType = Enum.Parse<CompressionType>(settings.Text("compression"), ignoreCase: true),
            Acks = settings.Text("requiredacks") switch { "ONE" => Acks.Leader, "ALL" => Acks.All, _ => Acks.None },
            EnableIdempotence = settings.Text("requiredacks") == "ALL" ? true : null,
            MessageTimeoutMs = MessageTimeoutMilliseconds,
            LingerMs = 5,
        };
    }

    private string? Given(string key) => context.Settings.IsSet(key) ? context.Text(key) : null;
}
