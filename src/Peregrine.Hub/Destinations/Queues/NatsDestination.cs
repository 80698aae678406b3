using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>
/// Subjects of NATS. The server answers a ping behind the messages when it has them; with <c>jetstream</c> a stream's own confirmation is awaited for each, and the alert's id keeps a repeated one out.
/// </summary>
internal sealed class NatsDestination(DestinationContext context, ServerAddress server) : WireDestination(new StreamConnection(server.Host, server.Port, null))
{
    private readonly bool _isStream = context.Settings.Flag("jetstream");
    private NatsSession? _session;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "nats",
        Section = "nats",
        Title = "NATS",
        Family = DestinationFamily.Queues,
        EnabledBy = ["hostport"],
        OwnSettings = [.. NatsGreeting.Settings, .. Setting.Ours(Setting.Flag("jetstream", "Wait until a stream has confirmed each message"))],
        Batch = _ => BatchLimits.Many(200),
        Create = context => new NatsDestination(context, NatsGreeting.Address(context)),
    };

    protected override async ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation)
    {
        _session = await NatsGreeting.JoinAsync(context, server, Connection, peer, _isStream, cancellation);
        return _session.Peer;
    }

    protected override ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var messages = batch.Select(a => new NatsMessage(EventSubject.Of(context.Text("subjecttemplate"), a), a.Id.ToString(), a.ToJson())).ToList();
        return _isStream ? _session!.PublishToStreamAsync(messages, cancellation) : _session!.PublishAsync(messages, cancellation);
    }
}
