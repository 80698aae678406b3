namespace Peregrine.Hub.Destinations;

/// <summary>Queues and brokers.</summary>
internal static class QueueKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Queues.NatsDestination.Kind,
        Queues.StanDestination.Kind,
        Queues.MqttDestination.Kind,
        Queues.RabbitMqDestination.Kind,
        Queues.KafkaDestination.Kind,
        Queues.KafkaRestDestination.Kind,
    ];
}
