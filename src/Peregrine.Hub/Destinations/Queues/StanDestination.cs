using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>
/// Channels of NATS Streaming, which is at the end of its life and still runs. It speaks through a NATS server: a client is known after it has asked for it, and each message is confirmed when the streaming server has stored it.
/// </summary>
internal sealed class StanDestination(DestinationContext context, ServerAddress server) : WireDestination(new StreamConnection(server.Host, server.Port, null))
{
    private static readonly ItemResult Stored = new(DeliveryOutcome.Delivered, "");
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly string _client = context.Text("clientid");
    private NatsSession? _session;
    private byte[] _connection = [];
    private (string Publish, string Close) _subjects;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "stan",
        Section = "stan",
        Title = "NATS Streaming",
        Family = DestinationFamily.Queues,
        EnabledBy = ["hostport", "clusterid", "clientid"],
        OwnSettings =
        [
            .. NatsGreeting.Settings,
            Setting.Text("clusterid", "Identity of the streaming server's cluster"),
            Setting.Text("clientid", "Our identity there, which nobody else may have"),
        ],
        Batch = _ => BatchLimits.Many(200),
        Create = context =>
        {
            if (!context.Text("clientid").All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw new ConfigurationException($"{context.Kind.Section}.clientid: only letters, digits, - and _ are taken");
            return new StanDestination(context, NatsGreeting.Address(context));
        },
    };

    protected override async ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation)
    {
        _session = await NatsGreeting.JoinAsync(context, server, Connection, peer, takesAnswers: true, cancellation);
        _connection = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));
        var cluster = context.Text("clusterid");
        var request = new NatsMessage("_STAN.discover." + cluster, "", StanMessages.Connect(_client, _session.Inbox("heartbeat"), _connection));
        var answer = (await _session.AskAsync([request], hasIds: false, Accept, cancellation))[0];
        if (answer.Outcome != DeliveryOutcome.Delivered) throw new IOException($"the streaming cluster '{cluster}' does not take us: {answer.Reason}");
        return _session.Peer;
    }

    protected override async ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var messages = batch.Select(a =>
        {
            var (id, channel) = (a.Id.ToString(), EventSubject.Of(context.Text("subjecttemplate"), a));
            return new NatsMessage($"{_subjects.Publish}.{channel}", id, StanMessages.Publish(_client, id, channel, a.ToJson(), _connection));
        }).ToList();
        return DeliveryResult.Each(await _session!.AskAsync(messages, hasIds: false, Confirmation, cancellation));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_session is not null && Connection.IsOpen)
        {
            // The next start finds its identity free at once.
            using var limit = new CancellationTokenSource(Farewell);
            try
            {
                await _session.AskAsync([new NatsMessage(_subjects.Close, "", StanMessages.Close(_client))], hasIds: false, _ => Stored, limit.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The server notices by itself, only later.
            }
        }
        await base.DisposeAsync();
    }

    // ConnectResponse { pubPrefix = 1, closeRequests = 4, error = 5 }
    private ItemResult Accept(byte[] body)
    {
        var answer = ProtobufFields.Read(body);
        if (answer.Text(5) is { Length: > 0 } error) return new ItemResult(DeliveryOutcome.Retry, error);
        _subjects = (answer.Text(1), answer.Text(4));
        return _subjects.Publish.Length == 0 ? new ItemResult(DeliveryOutcome.Retry, "what answers is no streaming server") : Stored;
    }

    // PubAck { guid = 1, error = 2 }
    private static ItemResult Confirmation(byte[] body)
    {
        var error = ProtobufFields.Read(body).Text(2);
        if (error.Length == 0) return Stored;
        // So it says to clients that it has forgotten: we begin anew, then.
        return error.Contains("invalid publish request", StringComparison.OrdinalIgnoreCase) ? throw new IOException(error) : new ItemResult(DeliveryOutcome.Retry, error);
    }
}
