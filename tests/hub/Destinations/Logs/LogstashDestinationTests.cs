using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Logs;

public sealed class LogstashDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public LogstashDestinationTests() => _server.Start();

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task EventsAreLinesWithNamesThatLogstashKnows()
    {
        await using var destination = TestDestinations.Create($"logstash: {{address: 127.0.0.1, port: {Port}, tags: [falco, container]}}");
        await destination.DeliverAsync([TestAlerts.Typical(), TestAlerts.Of("A\nB")], TestContext.Current.CancellationToken);
        using var peer = await _server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var lines = new StreamReader(peer.GetStream());
        using var first = JsonDocument.Parse((await lines.ReadLineAsync(TestContext.Current.CancellationToken))!);
        Assert.Equal("bash", first.RootElement.GetProperty("output_fields").GetProperty("proc.aname.2").GetString());
        Assert.Equal(4711, first.RootElement.GetProperty("output_fields").GetProperty("proc.pid").GetInt32());
        Assert.Equal(["container", "mitre_execution", "falco"], first.RootElement.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!));
        using var second = JsonDocument.Parse((await lines.ReadLineAsync(TestContext.Current.CancellationToken))!);
        Assert.Equal("A\nB", second.RootElement.GetProperty("rule").GetString());
    }

    [Fact]
    public async Task TlsShowsItsOwnCertificate()
    {
        var certificates = new TestCertificates(_folder);
        using var pem = X509Certificate2.CreateFromPemFile(certificates.Server, certificates.ServerKey);
        using var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var shown = Task.Run(async () =>
        {
            using var peer = await _server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA5359 // Which certificate was shown is checked below.
            await using var secure = new SslStream(peer.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await secure.AuthenticateAsServerAsync(own, clientCertificateRequired: true, checkCertificateRevocation: false);
            using var lines = new StreamReader(secure);
            return (secure.RemoteCertificate?.Subject, await lines.ReadLineAsync());
        });
        var result = await TestDestinations.DeliverAsync($"logstash: {{address: 127.0.0.1, port: {Port}, mutualtls: true, certfile: {certificates.Client}, keyfile: {certificates.ClientKey}, cacertfile: {certificates.Authority}}}", TestAlerts.Of());
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var (subject, line) = await shown;
        Assert.Equal("CN=client", subject);
        Assert.Contains("A rule", line, StringComparison.Ordinal);
    }
}
