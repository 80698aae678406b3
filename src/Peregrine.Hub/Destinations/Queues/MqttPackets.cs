using System.Buffers.Binary;
using System.Text;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>The packets of MQTT 3.1.1 that a sender needs.</summary>
internal static class MqttPackets
{
    public const byte Connected = 0x20;
    public const byte Acknowledged = 0x40;
    public const byte Received = 0x50;
    public const byte Complete = 0x70;
    public const byte Pong = 0xD0;

    public static byte[] Ping { get; } = [0xC0, 0];

    /// <summary>A clean session without keep-alive: nothing must be sent while there are no alerts.</summary>
    public static byte[] Connect(string clientId, string user, string password)
    {
        using var body = new MemoryStream();
        Text(body, "MQTT"u8);
        const int cleanSession = 0x02;
        var flags = cleanSession | (user.Length > 0 ? 0x80 : 0) | (user.Length > 0 && password.Length > 0 ? 0x40 : 0);
        body.Write([4, (byte)flags, 0, 0]);
        Text(body, Encoding.UTF8.GetBytes(clientId));
        if (user.Length > 0) Text(body, Encoding.UTF8.GetBytes(user));
        if (user.Length > 0 && password.Length > 0) Text(body, Encoding.UTF8.GetBytes(password));
        return Packet(0x10, body);
    }

    /// <summary>A message; its id, from 1, is not sent with quality 0.</summary>
    public static byte[] Publish(string topic, int quality, bool isRetained, ushort id, byte[] payload)
    {
        using var body = new MemoryStream();
        Text(body, Encoding.UTF8.GetBytes(topic));
        if (quality > 0) Number(body, id);
        body.Write(payload);
        return Packet((byte)(0x30 | (quality << 1) | (isRetained ? 1 : 0)), body);
    }

    public static byte[] Release(ushort id) => [0x62, 2, (byte)(id >> 8), (byte)id];

    private static byte[] Packet(byte type, MemoryStream body)
    {
        using var packet = new MemoryStream();
        packet.WriteByte(type);
        for (var length = (int)body.Length; ; length >>= 7)
        {
            packet.WriteByte((byte)(length > 127 ? length | 0x80 : length));
            if (length <= 127) break;
        }
        body.WriteTo(packet);
        return packet.ToArray();
    }

    private static void Text(MemoryStream body, ReadOnlySpan<byte> utf8)
    {
        Number(body, (ushort)utf8.Length);
        body.Write(utf8);
    }

    private static void Number(MemoryStream body, ushort number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        body.Write(bytes);
    }
}
