using System.Buffers.Binary;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>A topic of an MQTT broker (3.1.1). The broker's confirmations are awaited as the quality of service has them; with 0, which has none, the answer to a ping behind the messages.</summary>
internal sealed class MqttDestination : WireDestination
{
    private readonly DestinationContext _context;
    private readonly string _topic;
    private readonly int _quality;

    private MqttDestination(DestinationContext context, ServerAddress broker)
        : base(new StreamConnection(broker.Host, broker.Port, IsSecure(broker.Scheme) ? context.TlsOptions(broker.Host) : null))
    {
        _context = context;
        _topic = context.Text("topic");
        _quality = (int)context.Settings.Integer("qos");
        if (_topic.AsSpan().ContainsAny("+#\0")) throw new ConfigurationException("mqtt.topic: events go to one topic, + and # are for readers");
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "mqtt",
        Section = "mqtt",
        Title = "MQTT",
        Family = DestinationFamily.Queues,
        EnabledBy = ["broker"],
        OwnSettings =
        [
            Setting.Text("broker", "The broker (tcp://host:1883, ssl://host:8883)"),
            Setting.Text("topic", "Topic", "falco/events"),
            Setting.Integer("qos", "Quality of service: 0, 1 (at least once) or 2 (exactly once)", 0, most: 2),
            Setting.Flag("retained", "Have the broker keep the last event for readers that come later"),
            Setting.Text("user", "User"),
            Setting.Secret("password", "Password"),
            Setting.Flag("checkcert", "Check the broker's certificate", true),
            .. Setting.Ours(
                Setting.Flag("mutualtls", "Show the hub's client certificate"),
                Setting.Text("clientid", "The client's name; made up for each connection when empty")),
        ],
        Batch = _ => BatchLimits.Many(20),
        Create = context => new MqttDestination(context, ServerAddress.Read(context, "broker", scheme => IsSecure(scheme) ? 8883 : 1883, "tcp", "mqtt", "ssl", "tls", "mqtts")),
    };

    protected override async ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation)
    {
        var id = _context.Settings.IsSet("clientid") ? _context.Text("clientid") : $"peregrine-{Guid.NewGuid().ToString("N")[..12]}";
        await peer.SendAsync(MqttPackets.Connect(id, _context.Text("user"), _context.Text("password")), cancellation);
        var (type, body) = await ReadAsync(peer, cancellation);
        if (type != MqttPackets.Connected || body.Length != 2) throw new IOException("what answers speaks no MQTT");
        return body[1] switch
        {
            0 => peer,
            1 => throw new IOException("the broker does not speak MQTT 3.1.1"),
            2 => throw new IOException("the broker does not take this client's name"),
            3 => throw new IOException("the broker is not available"),
            _ => throw new IOException("the broker does not let this user in with this password"),
        };
    }

    protected override async ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        using var packets = new MemoryStream();
        var awaited = new HashSet<ushort>();
        for (ushort id = 1; id <= batch.Count; id++)
        {
            packets.Write(MqttPackets.Publish(_topic, _quality, _context.Settings.Flag("retained"), id, batch[id - 1].ToJson()));
            awaited.Add(id);
        }
        if (_quality == 0) packets.Write(MqttPackets.Ping);
        await peer.SendAsync(packets.ToArray(), cancellation);
        while (awaited.Count > 0)
        {
            var (type, body) = await ReadAsync(peer, cancellation);
            if (type == MqttPackets.Pong) break;
            if (body.Length < 2) continue;
            var id = BinaryPrimitives.ReadUInt16BigEndian(body);
            if (type == MqttPackets.Received) await peer.SendAsync(MqttPackets.Release(id), cancellation);
            else if (type is MqttPackets.Acknowledged or MqttPackets.Complete) awaited.Remove(id);
        }
        return DeliveryResult.Delivered;
    }

    private static bool IsSecure(string scheme) => scheme is "ssl" or "tls" or "mqtts";

    private static async ValueTask<(byte Type, byte[] Body)> ReadAsync(PeerStream peer, CancellationToken cancellation)
    {
        var type = (byte)(await peer.ReadByteAsync(cancellation) & 0xF0);
        var length = 0;
        for (var shift = 0; shift < 28; shift += 7)
        {
            var next = await peer.ReadByteAsync(cancellation);
            length |= (next & 0x7F) << shift;
            if (next < 0x80) break;
        }
        return (type, await peer.ReadAsync(length, cancellation));
    }
}
