using System.Globalization;
using System.Text;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Database;

/// <summary>The part of Redis' protocol (RESP 2) that sending needs: commands, and answers of one value.</summary>
internal static class RespProtocol
{
    /// <summary>Sends a command and reads its answer.</summary>
    /// <returns>The answer's text; an error has its <c>-</c> in front.</returns>
    /// <exception cref="IOException">The connection failed, or what answers is no Redis.</exception>
    public static async ValueTask<string> CallAsync(PeerStream peer, IReadOnlyList<byte[]> words, CancellationToken cancellation)
    {
        using var command = new MemoryStream();
        Head(command, '*', words.Count);
        foreach (var word in words)
        {
            Head(command, '$', word.Length);
            command.Write(word);
            command.Write("\r\n"u8);
        }
        await peer.SendAsync(command.GetBuffer().AsMemory(0, (int)command.Length), cancellation);
        return await ReadAsync(peer, cancellation);
    }

    public static ValueTask<string> CallAsync(PeerStream peer, CancellationToken cancellation, params string[] words) => CallAsync(peer, [.. words.Select(Encoding.UTF8.GetBytes)], cancellation);

    private static void Head(MemoryStream command, char kind, int number) => command.Write(Encoding.ASCII.GetBytes(kind + number.ToString(CultureInfo.InvariantCulture) + "\r\n"));

    private static async ValueTask<string> ReadAsync(PeerStream peer, CancellationToken cancellation)
    {
        var line = await peer.ReadLineAsync(cancellation);
        return line switch
        {
            ['-', ..] => line,
            ['+' or ':', .. var value] => value,
            ['$', '-', ..] => "",
            ['$', .. var length] when int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => Encoding.UTF8.GetString((await peer.ReadAsync(count + 2, cancellation)).AsSpan(0, count)),
            _ => throw new IOException("what answers speaks no Redis; is it a port with TLS?"),
        };
    }
}
