using System.Buffers.Binary;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Messages as gRPC has them in a body: a flag for compression and a length before each.</summary>
internal static class GrpcFrame
{
    private const int HeaderBytes = 5;

    public static byte[] Of(byte[] message, bool isCompressed)
    {
        var frame = new byte[HeaderBytes + message.Length];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, HeaderBytes);
        return frame;
    }

    /// <summary>The only message of an answer; empty where there is none, or where it is compressed, which nobody asked for.</summary>
    public static byte[] First(byte[] body)
    {
        if (body.Length < HeaderBytes || body[0] != 0) return [];
        var length = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        return length > body.Length - HeaderBytes ? [] : body[HeaderBytes..(HeaderBytes + (int)length)];
    }
}
