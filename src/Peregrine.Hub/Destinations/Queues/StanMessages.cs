using Google.Protobuf;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>The messages of NATS Streaming that a publisher writes, by the numbers of its <c>protocol.proto</c>.</summary>
internal static class StanMessages
{
    // Since this version of the protocol a connection has an identity of its own beside the client's.
    private const int Protocol = 1;

    /// <summary><c>ConnectRequest { clientID = 1, heartbeatInbox = 2, protocol = 3, connID = 4, pingInterval = 5, pingMaxOut = 6 }</c></summary>
    public static byte[] Connect(string client, string heartbeatInbox, byte[] connection) => Write(to =>
    {
        Text(to, 1, client);
        Text(to, 2, heartbeatInbox);
        Number(to, 3, Protocol);
        Bytes(to, 4, connection);
        Number(to, 5, 5);
        Number(to, 6, 3);
    });

    /// <summary><c>PubMsg { clientID = 1, guid = 2, subject = 3, data = 5, connID = 6 }</c></summary>
    public static byte[] Publish(string client, string id, string subject, byte[] data, byte[] connection) => Write(to =>
    {
        Text(to, 1, client);
        Text(to, 2, id);
        Text(to, 3, subject);
        Bytes(to, 5, data);
        Bytes(to, 6, connection);
    });

    /// <summary><c>CloseRequest { clientID = 1 }</c></summary>
    public static byte[] Close(string client) => Write(to => Text(to, 1, client));

    private static byte[] Write(Action<CodedOutputStream> fields)
    {
        using var stream = new MemoryStream();
        using (var to = new CodedOutputStream(stream, leaveOpen: true)) fields(to);
        return stream.ToArray();
    }

    private static void Text(CodedOutputStream to, int field, string value)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteString(value);
    }

    private static void Bytes(CodedOutputStream to, int field, byte[] value)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }

    private static void Number(CodedOutputStream to, int field, int value)
    {
        to.WriteTag(field, WireFormat.WireType.Varint);
        to.WriteInt32(value);
    }
}
