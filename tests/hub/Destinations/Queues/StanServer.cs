using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>A message as a streaming server got it.</summary>
internal sealed record StanMessage(string Client, string Id, string Channel, string Text, string Connection);

/// <summary>
/// The part that a NATS Streaming server plays, over a real NATS server: Debian has none, and its makers ended it. It knows clients that connected, confirms their messages, and asks whether they are still there.
/// </summary>
internal sealed class StanServer : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly ConcurrentQueue<StanMessage> _messages = new();
    private readonly ConcurrentDictionary<string, string> _known = new();
    private Task _run = Task.CompletedTask;
    private Stream _stream = Stream.Null;
    private int _heartbeats;

    public IReadOnlyList<StanMessage> Messages => [.. _messages];

    /// <summary>The clients that are connected, by their identities, with where they hear us.</summary>
    public IReadOnlyDictionary<string, string> Known => _known;

    /// <summary>How often a client said that it is still there.</summary>
    public int Heartbeats => Volatile.Read(ref _heartbeats);

    /// <summary>What connecting clients are told is wrong; empty when they are welcome.</summary>
    public string ConnectError { get; set; } = "";

    /// <summary>What is wrong with a message, by its channel.</summary>
    public Func<string, string> PublishError { get; set; } = _ => "";

    /// <param name="port">The NATS server's.</param>
    /// <param name="cluster">The identity of the cluster that it plays.</param>
    /// <param name="certificates">For a NATS server that wants TLS and a client's certificate; null for one that does not.</param>
    public static async Task<StanServer> StartAsync(int port, string cluster, TestCertificates? certificates = null)
    {
        var server = new StanServer();
        await server._client.ConnectAsync("127.0.0.1", port);
        server._stream = server._client.GetStream();
        if (certificates is not null) await server.SecureAsync(certificates);
        var ready = new TaskCompletionSource();
        server._run = Task.Run(() => server.RunAsync(ready));
        await server.SayAsync($"CONNECT {{\"verbose\":false}}\r\nSUB _STAN.discover.{cluster} 1\r\nSUB _STAN.pub.x.> 2\r\nSUB _STAN.close.x 3\r\nSUB _STAN.alive 4\r\nPING\r\n");
        await ready.Task;
        return server;
    }

    /// <summary>Forgets all clients, as after a restart without its store.</summary>
    public void Forget() => _known.Clear();

    public Task AskWhetherThereAsync(string client) => SayAsync($"PUB {_known[client]} _STAN.alive 0\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _run;
    }

    private async Task RunAsync(TaskCompletionSource ready)
    {
        try
        {
            while (await LineAsync(_stream) is { } line)
            {
                if (line == "PONG") ready.TrySetResult();
                if (line == "PING") await SayAsync("PONG\r\n");
                if (!line.StartsWith("MSG ", StringComparison.Ordinal)) continue;
                var head = line.Split(' ');
                var body = new byte[int.Parse(head[^1], CultureInfo.InvariantCulture) + 2];
                await _stream.ReadExactlyAsync(body);
                if (head[1] == "_STAN.alive") Interlocked.Increment(ref _heartbeats);
                else await AnswerAsync(head[3], Take(head[1], Fields(body[..^2])));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private byte[] Take(string subject, Dictionary<int, ByteString> request)
    {
        string Text(int field) => request.TryGetValue(field, out var value) ? value.ToStringUtf8() : "";
        if (subject.StartsWith("_STAN.discover.", StringComparison.Ordinal))
        {
            if (ConnectError.Length > 0) return Message((5, ConnectError));
            _known[Text(1)] = Text(2);
            return Message((1, "_STAN.pub.x"), (2, "_STAN.sub.x"), (3, "_STAN.unsub.x"), (4, "_STAN.close.x"));
        }
        if (subject == "_STAN.close.x")
        {
            _known.TryRemove(Text(1), out _);
            return [];
        }
        if (!_known.ContainsKey(Text(1)) || subject != "_STAN.pub.x." + Text(3)) return Message((1, Text(2)), (2, "stan: invalid publish request"));
        if (PublishError(Text(3)) is { Length: > 0 } error) return Message((1, Text(2)), (2, error));
        _messages.Enqueue(new StanMessage(Text(1), Text(2), Text(3), Text(5), Text(6)));
        return Message((1, Text(2)));
    }

    private static Dictionary<int, ByteString> Fields(byte[] message)
    {
        var fields = new Dictionary<int, ByteString>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) fields.Add(WireFormat.GetTagFieldNumber(tag), input.ReadBytes());
            else input.SkipLastField();
        }
        return fields;
    }

    private static byte[] Message(params (int Field, string Text)[] fields)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var (field, text) in fields)
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteString(text);
            }
        }
        return stream.ToArray();
    }

    private async Task AnswerAsync(string subject, byte[] body) => await _stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"PUB {subject} {body.Length}\r\n"), .. body, .. "\r\n"u8]);

    private async Task SayAsync(string text) => await _stream.WriteAsync(Encoding.ASCII.GetBytes(text));

    // The server's greeting comes in the clear.
    private async Task SecureAsync(TestCertificates certificates)
    {
        Assert.StartsWith("INFO ", await LineAsync(_stream), StringComparison.Ordinal);
        using var pem = X509Certificate2.CreateFromPemFile(certificates.Client, certificates.ClientKey);
        var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var secured = new SslStream(_stream, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate?.Subject == "CN=server");
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [own] });
        _stream = secured;
    }

    private static async Task<string?> LineAsync(Stream stream)
    {
        var (line, next) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(next) == 1)
        {
            if (next[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next[0]);
        }
        return null;
    }
}
