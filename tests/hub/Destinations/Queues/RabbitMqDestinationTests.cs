using System.Globalization;
using System.Text;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;
using RabbitMQ.Client;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>Against RabbitMQ itself.</summary>
public sealed class RabbitMqDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MessagesAreConfirmedAndAMissingQueueIsNoticed()
    {
        var stop = TestContext.Current.CancellationToken;
        // Erlang's name service goes on after its broker: it has a port of its own here, by which it is ended.
        var names = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        await using var ended = new AtEnd(() => ServerProcess.RunAsync("epmd", "-port", names, "-kill"));
        await using var broker = await StartAsync(names);
        var url = $"amqp://guest:guest@127.0.0.1:{broker.Port}/";
        await using var destination = TestDestinations.Create($"rabbitmq: {{url: '{url}', queue: falco}}");
        var alert = TestAlerts.Typical();
        var missing = await destination.DeliverAsync([alert], stop);
        Assert.Equal((DeliveryOutcome.Retry, "there is no queue 'falco'"), (missing.All.Outcome, missing.All.Reason));
        await using var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync(stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await channel.QueueDeclareAsync("falco", durable: true, exclusive: false, autoDelete: false, cancellationToken: stop);
        Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync([alert, .. Enumerable.Range(0, 99).Select(i => TestAlerts.Of($"Rule {i}"))], stop)).All.Outcome);
        Assert.Equal(100u, await channel.MessageCountAsync("falco", stop));
        var message = (await channel.BasicGetAsync("falco", autoAck: true, stop))!;
        Assert.Equal(Encoding.UTF8.GetString(alert.ToJson()), Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(("text/plain", DeliveryModes.Persistent, alert.Id.ToString()), (message.BasicProperties.ContentType, message.BasicProperties.DeliveryMode, message.BasicProperties.MessageId));
        await Assert.ThrowsAnyAsync<Exception>(() => TestDestinations.DeliverAsync($"rabbitmq: {{url: 'amqp://guest:wrong@127.0.0.1:{broker.Port}/', queue: falco}}", alert));
    }

    private sealed class AtEnd(Func<Task> act) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await act();
    }

    private async Task<ServerProcess> StartAsync(string names)
    {
        var (port, distribution) = (FreePort.Next(), FreePort.Next());
        // The program's own script changes to the service's user; the one beneath does not.
        return await ServerProcess.StartAsync("/usr/lib/rabbitmq/bin/rabbitmq-server", port, [], new Dictionary<string, string>
        {
            ["HOME"] = _folder.Path,
            ["ERL_EPMD_PORT"] = names,
            ["ERL_EPMD_RELAXED_COMMAND_CHECK"] = "1",
            ["RABBITMQ_NODENAME"] = $"peregrine{port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = distribution.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_MNESIA_BASE"] = _folder.File("data"),
            ["RABBITMQ_LOG_BASE"] = _folder.File("log"),
            ["RABBITMQ_PID_FILE"] = _folder.File("pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = _folder.File("no-such-file"),
            ["RABBITMQ_CONFIG_FILE"] = _folder.File("none"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.File("plugins"),
        });
    }
}
