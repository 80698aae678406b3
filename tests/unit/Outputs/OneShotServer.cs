using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.UnitTests.Outputs;

/// <summary>An HTTP server on loopback that answers one request.</summary>
internal sealed class OneShotServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _task;

    public OneShotServer(HttpStatusCode answer, string body = "")
    {
        _listener.Start();
        _task = Task.Run(() => Serve(answer, body));
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/alerts");

    public string Head { get; private set; } = "";

    public string Body => Encoding.UTF8.GetString(RawBody);

    public byte[] RawBody { get; private set; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _task.Wait(TimeSpan.FromSeconds(5));
    }

    private void Serve(HttpStatusCode answer, string body)
    {
        using var client = _listener.AcceptTcpClient();
        using var stream = client.GetStream();
        var received = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var text = received.ToString();
            var split = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (split >= 0 && text.Length - split - 4 >= Length(text[..split]))
            {
                (Head, RawBody) = (text[..split], Encoding.Latin1.GetBytes(text[(split + 4)..]));
                break;
            }
            var count = stream.Read(buffer);
            if (count == 0) break;
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)answer} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")));
    }

    private static int Length(string head)
    {
        var line = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line.Split(':')[1].Trim(), CultureInfo.InvariantCulture);
    }
}
