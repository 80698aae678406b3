using System.Net;
using System.Net.Sockets;

namespace Peregrine.Containers.Http;

/// <summary>HTTP to a unix socket.</summary>
internal static class UnixHttp
{
    /// <summary>More than this no engine says about one container.</summary>
    public const int LargestAnswer = 16 * 1024 * 1024;

    /// <summary>A client whose every request goes to the socket, whatever host its address names. Time limits are the caller's.</summary>
    public static HttpClient Connect(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel).ConfigureAwait(false);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://localhost/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>What to say of an answer that no engine would give.</summary>
    public static EngineException TooLarge() => new($"an answer of more than {LargestAnswer >> 20} MB");

    /// <summary>Reads a stream to its end, or fails when it is larger than an answer may be.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancel).ConfigureAwait(false) is > 0 and var read)
        {
            if (content.Length + read > LargestAnswer) throw TooLarge();
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }
}
