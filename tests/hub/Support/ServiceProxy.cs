using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Peregrine.HubTests.Support;

/// <summary>
/// A proxy that brings whatever is asked of any host to a recorder here, so that addresses stay as people write them. For HTTPS it is the host itself, with a certificate of the test's authority.
/// </summary>
internal sealed class ServiceProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly int _target;
    private readonly Task _run;

    public ServiceProxy(HttpRecorder recorder, TestCertificates certificates)
    {
        _target = new Uri(recorder.Address).Port;
        _certificate = certificates.Load();
        _listener.Start();
        _run = Task.Run(AcceptAsync);
    }

    /// <summary>For <c>http_proxy</c> and <c>https_proxy</c>.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _run;
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var target = new TcpClient();
        try
        {
            Stream stream = client.GetStream();
            await target.ConnectAsync(IPAddress.Loopback, _target);
            var head = await HeadAsync(stream);
            if (head.StartsWith("CONNECT ", StringComparison.Ordinal))
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(_certificate);
                stream = secure;
            }
            else
            {
                await target.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            }
            await Task.WhenAny(stream.CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(stream));
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // One side went; the other is closed.
        }
        finally
        {
            client.Dispose();
        }
    }

    private static async Task<string> HeadAsync(Stream stream)
    {
        var (head, next) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next) == 1) head.Append((char)next[0]);
        return head.ToString();
    }
}
