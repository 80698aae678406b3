using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>A queue of RabbitMQ, through the default exchange. Messages outlive the broker's restart, the broker confirms each, and one whose queue is missing comes back instead of vanishing.</summary>
internal sealed class RabbitMqDestination : IDestination
{
    private readonly DestinationContext _context;
    private readonly ConnectionFactory _factory;
    private readonly SemaphoreSlim _one = new(1);
    private IConnection? _connection;
    private IChannel? _channel;

    private RabbitMqDestination(DestinationContext context)
    {
        _context = context;
        if (!Uri.TryCreate(context.Text("url"), UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps"))
            throw new ConfigurationException("rabbitmq.url: an address that begins with amqp:// or amqps:// is expected");
        // Our own queue retries; a client that mends its connection on its own would keep the failure from it.
        _factory = new ConnectionFactory { Uri = address, AutomaticRecoveryEnabled = false, ClientProvidedName = "peregrine-hub" };
        if (address.Scheme != "amqps") return;
        var tls = context.TlsOptions(address.IdnHost);
        _factory.Ssl = new SslOption(address.IdnHost, enabled: true) { Certs = tls.ClientCertificates, CertificateValidationCallback = tls.RemoteCertificateValidationCallback };
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "rabbitmq",
        Section = "rabbitmq",
        Title = "RabbitMQ",
        Family = DestinationFamily.Queues,
        EnabledBy = ["url", "queue"],
        OwnSettings =
        [
            Setting.Secret("url", "The broker (amqp://user:password@host:5672/vhost, amqps://…)"),
            Setting.Text("queue", "The queue; it must be there"),
            .. Setting.Ours(
                Setting.Text("contenttype", "Content type of the messages", "text/plain"),
                Setting.Flag("checkcert", "Check the broker's certificate", true),
                Setting.Flag("mutualtls", "Show the hub's client certificate")),
        ],
        Batch = _ => BatchLimits.Many(100),
        Create = context => new RabbitMqDestination(context),
    };

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var channel = await OpenAsync(cancellation);
            // All are on their way before the first is confirmed.
            var results = await Task.WhenAll(batch.Select(a => PublishAsync(channel, a, cancellation)));
            return DeliveryResult.Each(results);
        }
        catch
        {
            await CloseAsync();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask ProbeAsync(Alert sample, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await OpenAsync(cancellation);
        }
        catch (BrokerUnreachableException e)
        {
            throw new IOException($"{_factory.Endpoint.HostName}:{_factory.Endpoint.Port}: {e.GetBaseException().Message}", e);
        }
        finally
        {
            await CloseAsync();
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _one.Dispose();
    }

    private async Task<ItemResult> PublishAsync(IChannel channel, Alert alert, CancellationToken cancellation)
    {
        var properties = new BasicProperties
        {
            ContentType = _context.Text("contenttype"),
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = alert.Id.ToString(),
            Timestamp = new AmqpTimestamp(alert.UnixNanoseconds / 1_000_000_000),
        };
        try
        {
            await channel.BasicPublishAsync("", _context.Text("queue"), mandatory: true, properties, alert.ToJson(), cancellation);
            return new ItemResult(DeliveryOutcome.Delivered, "");
        }
        catch (PublishException e)
        {
            return new ItemResult(DeliveryOutcome.Retry, e.IsReturn ? $"there is no queue '{_context.Text("queue")}'" : "the broker did not take the message");
        }
    }

    private async ValueTask<IChannel> OpenAsync(CancellationToken cancellation)
    {
        if (_channel is { IsOpen: true }) return _channel;
        await CloseAsync();
        _connection = await _factory.CreateConnectionAsync(cancellation);
        return _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);
    }

    private async ValueTask CloseAsync()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);
        try
        {
            if (channel is not null) await channel.DisposeAsync();
            if (connection is not null) await connection.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or RabbitMQClientException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            // It was broken; what matters is that it is gone.
        }
    }
}
