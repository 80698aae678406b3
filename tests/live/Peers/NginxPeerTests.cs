using System.Text;
using Peregrine.LiveTests.Harness;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.LiveTests.Peers;

/// <summary>nginx, which asks for a client's certificate, takes alerts however its authority is named, and none where it is not trusted.</summary>
[Collection(PeerCollection.Name)]
public sealed class NginxPeerTests : IDisposable
{
    private readonly NginxPeer _nginx = new();
    private readonly LiveFolder _folder = new("authorities");

    public void Dispose()
    {
        _nginx.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("cert")]
    [InlineData("bundle")]
    [InlineData("path")]
    [InlineData("insecure")]
    public void ItIsTrustedAsConfigured(string way)
    {
        var known = Known with { CaCert = "" };
        var tls = way switch
        {
            "cert" => known with { CaCert = _nginx.Certificates.Authority },
            "bundle" => known with { CaBundle = _folder.Write("bundle.pem", Another() + File.ReadAllText(_nginx.Certificates.Authority)) },
            "path" => known with { CaPath = Path.GetDirectoryName(_folder.Write("path/ca.pem", File.ReadAllText(_nginx.Certificates.Authority)))! },
            _ => known with { Insecure = true },
        };
        Send(tls, "alert by " + way);
        Assert.EndsWith(" alert by " + way, Assert.Single(Requests(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void ItGetsNothingWhereItIsNotTrusted()
    {
        foreach (var tls in (TlsOptions[])[Known with { CaCert = "" }, Known with { CaCert = _folder.Write("other.pem", Another()) }])
            Assert.Equal(DeliveryFailure.Unreachable, Assert.Throws<DeliveryException>(() => Send(tls, "secret")).Failure);
        Assert.Empty(_nginx.Requests);
    }

    [Fact]
    public void ItRefusesWhoShowsNoCertificate()
    {
        var error = Assert.Throws<DeliveryException>(() => Send(Known with { ClientCert = "", ClientKey = "" }, "unknown"));
        Assert.Equal(DeliveryFailure.Rejected, error.Failure);
        Assert.Empty(_nginx.Requests);
    }

    [Fact]
    public void AThousandAlertsTravelOverOneConnectionInOrder()
    {
        using var queue = new OutputQueue(new HttpOutput(Options(Known) with { KeepAlive = true }, Stream.Null), new QueueOptions(), OutputLog.Silent);
        for (var i = 0; i < 1_000; i++) queue.Offer(Alert($"number {i}"));
        queue.Stop(TimeSpan.FromSeconds(60));
        Assert.Equal((1_000, 0, 0), (queue.Counters.Delivered, queue.Counters.Retried, queue.Counters.Lost.Total));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"number {i}"), Requests(1_000).Select(r => r[r.IndexOf("number", StringComparison.Ordinal)..]));
    }

    /// <summary>nginx notes a request down after it has answered.</summary>
    private IReadOnlyList<string> Requests(int count)
    {
        SpinWait.SpinUntil(() => _nginx.Requests.Count >= count, TimeSpan.FromSeconds(20));
        return _nginx.Requests;
    }

    private TlsOptions Known => new() { CaCert = _nginx.Certificates.Authority, ClientCert = _nginx.Certificates.Client, ClientKey = _nginx.Certificates.ClientKey };

    private HttpOutputOptions Options(TlsOptions tls) => new() { Url = new Uri($"https://localhost:{_nginx.Port}/alerts"), Tls = tls, Timeout = TimeSpan.FromSeconds(20) };

    private void Send(TlsOptions tls, string text)
    {
        using var output = new HttpOutput(Options(tls), Stream.Null);
        var report = default(DeliveryReport);
        output.Deliver([Alert(text)], ref report);
    }

    /// <summary>An authority that has nothing to do with the server.</summary>
    private string Another() => File.ReadAllText(new Certificates(Directory.CreateDirectory(Path.Combine(_folder.Path, Guid.NewGuid().ToString())).FullName).Authority);

    private static Peregrine.Outputs.Alert Alert(string text) => new() { Time = 1, Priority = AlertPriority.Notice, Rule = "r", Source = "syscall", Line = Encoding.UTF8.GetBytes(text + "\n") };
}
