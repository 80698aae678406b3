using System.Net.Sockets;
using System.Text;

namespace Peregrine.UnitTests.Containers;

/// <summary>An engine of a test at a unix socket: each connection is handed to the test's own code, which answers as well or as badly as it likes.</summary>
internal sealed class FakeEngine : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<NetworkStream, CancellationToken, Task> _converse;
    private readonly string _path;

    /// <param name="path">The socket.</param>
    /// <param name="serve">Given each request's path; writes what it wants.</param>
    public FakeEngine(string path, Func<string, NetworkStream, CancellationToken, Task> serve)
        : this(path, (stream, cancel) => ServeAsync(stream, serve, cancel))
    {
    }

    /// <param name="path">The socket.</param>
    /// <param name="converse">Given each connection, from its first byte on.</param>
    public FakeEngine(string path, Func<NetworkStream, CancellationToken, Task> converse)
    {
        (_path, _converse) = (path, converse);
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(128);
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>Sends a whole answer.</summary>
    public static async Task AnswerAsync(NetworkStream stream, string body, int status = 200)
    {
        var content = Encoding.UTF8.GetBytes(body);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n"));
        await stream.WriteAsync(content);
    }

    /// <summary>Begins an answer that has no end.</summary>
    public static Task BeginStreamAsync(NetworkStream stream) => stream.WriteAsync("HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n"u8.ToArray()).AsTask();

    public static Task ForEverAsync(CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            await _converse(stream, _end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has gone, or the test is over.
        }
    }

    private static async Task ServeAsync(NetworkStream stream, Func<string, NetworkStream, CancellationToken, Task> serve, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            var line = Encoding.ASCII.GetString(buffer, 0, read).Split("\r\n")[0].Split(' ');
            await serve(line.Length > 1 ? line[1] : "", stream, cancel);
        }
    }
}
