using System.Buffers.Binary;
using System.Net.Sockets;

namespace Peregrine.UnitTests.Containers;

/// <summary>
/// Speaks just enough of HTTP/2 to be taken for a gRPC server: greets, and answers every request on its stream with the same bytes, which may be anything.
/// </summary>
/// <param name="path">The socket.</param>
/// <param name="answer">What comes as the body of every answer; the stream stays open behind it unless <paramref name="ends"/>.</param>
/// <param name="ends">Whether the body ends the stream.</param>
internal sealed class FakeGrpcEngine(string path, byte[] answer, bool ends) : IDisposable
{
    private const int FrameHeader = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndHeaders = 4;
    private const byte Acknowledges = 1;

    /// <summary>The client's first words: <c>PRI * HTTP/2.0</c> and so on.</summary>
    private const int Preface = 24;

    private readonly FakeEngine _engine = new(path, (stream, cancel) => Converse(stream, answer, ends, cancel));

    public void Dispose() => _engine.Dispose();

    /// <summary>A message with the flag and the length that stand before it.</summary>
    public static byte[] Frame(byte flag, uint length, params byte[] message)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static async Task Converse(NetworkStream stream, byte[] answer, bool ends, CancellationToken cancel)
    {
        await stream.ReadExactlyAsync(new byte[Preface], cancel);
        await SendAsync(stream, Settings, 0, 0, []);
        var header = new byte[FrameHeader];
        while (true)
        {
            await stream.ReadExactlyAsync(header, cancel);
            await stream.ReadExactlyAsync(new byte[header[0] << 16 | header[1] << 8 | header[2]], cancel);
            if (header[3] == Headers) await AnswerAsync(stream, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, answer, ends);
            else if (header[3] == Settings && (header[4] & Acknowledges) == 0) await SendAsync(stream, Settings, Acknowledges, 0, []);
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, int number, byte[] answer, bool ends)
    {
        // 0x88 is ":status: 200" in the table that both sides know.
        await SendAsync(stream, Headers, EndHeaders, number, [0x88]);
        await SendAsync(stream, Data, ends ? (byte)1 : (byte)0, number, answer);
    }

    private static Task SendAsync(NetworkStream stream, byte kind, byte flags, int number, byte[] payload)
    {
        var frame = new byte[FrameHeader + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, kind, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), number);
        payload.CopyTo(frame, FrameHeader);
        return stream.WriteAsync(frame).AsTask();
    }
}
