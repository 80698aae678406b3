using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Web;

public sealed class WebServerTests : IDisposable
{
    private readonly int _port = FreePort();
    private readonly HttpClient _client;
    private string? _shown;

    public WebServerTests() =>
        _client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => (_shown = certificate?.Subject) is not null } });

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Pages_answer_and_nothing_else_does()
    {
        using var sensor = new IdleSensor(Web("prometheus_metrics_enabled: true, k8s_healthz_endpoint: /alive") + "metrics: {enabled: true}\n");
        Listening(sensor);
        Assert.Equal((HttpStatusCode.OK, "{\"status\": \"ok\"}"), await Get("/alive"));
        Assert.Contains("\"falco_version\":", (await Get("/versions")).Body, StringComparison.Ordinal);
        var (_, metrics) = await Get("/metrics");
        Assert.Contains("falcosecurity_falco_version_info", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Get("/healthz")).Status);
        using var post = await _client.PostAsync(Url("/alive"), new StringContent("x"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task Metrics_are_shown_only_when_they_are_on()
    {
        using var sensor = new IdleSensor(Web("prometheus_metrics_enabled: true"));
        Listening(sensor);
        Assert.Equal(HttpStatusCode.NotFound, (await Get("/metrics")).Status);
    }

    [Fact]
    public async Task It_speaks_tls_with_the_combined_file()
    {
        using var sensor = new IdleSensor(Web("enabled: false"));
        sensor.Write("server.pem", CombinedPem("first"));
        sensor.Write("main.yaml", sensor.Main(Web($"ssl_enabled: true, ssl_certificate: {sensor.In("server.pem")}")));
        Listening(sensor);
        Assert.Equal(HttpStatusCode.OK, (await Get("/healthz", "https")).Status);
        Assert.Equal("CN=first", _shown);
        // A renewed certificate is taken up like any changed file.
        sensor.Write("server.pem", CombinedPem("second"));
        sensor.Until(() => sensor.Log.Split("Web server: ").Length == 3);
        Assert.Equal(HttpStatusCode.OK, (await Get("/healthz", "https")).Status);
        Assert.Equal("CN=second", _shown);
    }

    [Fact]
    public void A_port_that_is_taken_is_told_and_costs_nothing_else()
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.IPv6Any, _port));
        other.Listen();
        using var sensor = new IdleSensor(Web(""));
        sensor.Until(() => sensor.Log.Contains("the web server does not start", StringComparison.Ordinal));
        sensor.WriteRules(2);
        sensor.Until(() => sensor.Session.Rules.EnabledCount == 2);
    }

    [Fact]
    public void A_certificate_that_is_none_is_told()
    {
        using var sensor = new IdleSensor(Web("ssl_enabled: true, ssl_certificate: /dev/null"));
        sensor.Until(() => sensor.Log.Contains("cannot use /dev/null as certificate and key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_moves_and_ends_with_the_configuration()
    {
        using var sensor = new IdleSensor(Web(""));
        Listening(sensor);
        Assert.Equal(HttpStatusCode.OK, (await Get("/healthz")).Status);
        sensor.Write("main.yaml", sensor.Main(Web("enabled: false")));
        sensor.Until(() => sensor.Session.Reloads.SucceededCount == 1);
        sensor.Until(() => !Connects());
    }

    private static void Listening(IdleSensor sensor) => sensor.Until(() => sensor.Log.Contains("Web server: ", StringComparison.Ordinal));

    private string Web(string more) => $"webserver: {{listen_address: 127.0.0.1, listen_port: {_port}{(more.Contains("enabled: false", StringComparison.Ordinal) ? "" : ", enabled: true")}{(more.Length > 0 ? ", " + more : "")}}}\n";

    private async Task<(HttpStatusCode Status, string Body)> Get(string path, string scheme = "http")
    {
        using var response = await _client.GetAsync(Url(path, scheme), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private Uri Url(string path, string scheme = "http") => new($"{scheme}://127.0.0.1:{_port}{path}");

    private bool Connects()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string CombinedPem(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
