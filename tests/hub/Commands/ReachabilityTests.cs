using System.Net;
using System.Net.Sockets;
using Peregrine.Hub.Commands;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Commands;

/// <summary>What a check says of servers: a warning with its place for each that does not answer, and nothing is sent to any.</summary>
public sealed class ReachabilityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates;

    public ReachabilityTests() => _certificates = new TestCertificates(_folder);

    private string File => _folder.File("config.yaml");

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Output, string Error)> CheckAsync(string yaml, params string[] more)
    {
        await System.IO.File.WriteAllTextAsync(File, $"data: {_folder.File("data")}\n{yaml}", TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        using var output = new StringWriter();
        return (await HubCommand.RunAsync(["check", "-c", File, .. more], output, error), output.ToString(), error.ToString());
    }

    [Fact]
    public async Task WhoIsNotThereIsAWarningWithItsPlace()
    {
        var port = FreePort.Next();
        var (code, output, error) = await CheckAsync($$"""
            webhook: {address: 'http://127.0.0.1:{{port}}/secret-path'}
            syslog:
              host: nowhere.invalid
            destinations:
              - {name: broker, kind: rabbitmq, url: 'amqp://me:pass-word@127.0.0.1:{{port}}', queue: q}
              - {name: table, kind: timescaledb, host: 127.0.0.1, port: {{port}}}
              - {name: metrics, kind: statsd, forwarder: 'nowhere.invalid:8125'}
              - {name: members, kind: alertmanager, hostport: ['http://127.0.0.1:{{port}}']}
              - {name: queue, kind: nats, hostport: 'nats://127.0.0.1:{{port}}'}
            sensors: {addresses: ['unix://{{_folder.File("none.sock")}}', 'http://127.0.0.1:{{port}}']}
            """);
        Assert.Equal(0, code);
        var warnings = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(9, warnings.Length);
        void Warns(int index, string place, string who, string reason)
        {
            Assert.Matches($"^warning: {File}:{place}: {who} cannot be reached: ", warnings[index]);
            Assert.Contains(reason, warnings[index], StringComparison.Ordinal);
        }

        // Sections come in the order of the kinds, then the named ones.
        var (webhook, syslog) = warnings[0].Contains("webhook", StringComparison.Ordinal) ? (0, 1) : (1, 0);
        Warns(webhook, "2:\\d+", "webhook", $"127.0.0.1:{port}");
        Warns(syslog, "4:\\d+", "syslog", "nowhere.invalid:514");
        Warns(2, "6:\\d+", "broker", $"127.0.0.1:{port}: ");
        Warns(3, "7:\\d+", "table", $"127.0.0.1:{port}");
        Warns(4, "8:\\d+", "metrics", "nowhere.invalid: ");
        Warns(5, "9:\\d+", "members", $"127.0.0.1:{port}");
        Warns(6, "10:\\d+", "queue", $"127.0.0.1:{port}");
        Warns(7, "11:\\d+", "the sensor", $"{_folder.File("none.sock")}: ");
        Warns(8, "11:\\d+", "the sensor", $"127.0.0.1:{port}");
        Assert.Contains("7 destinations, 0 routes, 9 warnings", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", error, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-word", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoAcceptsAndSaysNothingIsNotWaitedForForEver()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var place = silent.LocalEndpoint;
        var (code, _, error) = await CheckAsync($$"""
            webhook: {address: 'https://{{place}}/'}
            destinations: [{name: mail, kind: smtp, hostport: '{{place}}', from: 'a@b.example', to: 'c@d.example'}]
            """);
        Assert.Equal(0, code);
        Assert.Equal($"warning: {File}:2:20: webhook cannot be reached: {place} does not answer\nwarning: {File}:3:51: mail cannot be reached: {place} does not answer\n", error);
    }

    [Fact]
    public async Task ACertificateThatIsNotTrustedIsAWarning()
    {
        await using var server = await HttpRecorder.StartAsync(_certificates.Secure());
        var address = new Uri(server.Address);
        var yaml = $"webhook: {{address: '{address}'}}";
        Assert.Matches($"^warning: {File}:2:20: webhook cannot be reached: 127\\.0\\.0\\.1:{address.Port}: .*certificate.*\n$", (await CheckAsync(yaml)).Error);
        Assert.Equal("", (await CheckAsync($"{yaml}\ntlsclient: {{cacertfile: {_certificates.Authority}}}")).Error);
        Assert.Equal("", (await CheckAsync($"webhook: {{address: '{address}', checkcert: false}}")).Error);
        // The name of another host than the one that is asked for.
        var other = $"webhook: {{address: 'https://127.0.0.2:{address.Port}'}}\ntlsclient: {{cacertfile: {_certificates.Authority}}}";
        Assert.Contains("webhook cannot be reached: 127.0.0.2:", (await CheckAsync(other)).Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task NothingIsSentToThoseThatAnswer()
    {
        await using var plain = await HttpRecorder.StartAsync();
        using var lines = new TcpListener(IPAddress.Loopback, 0);
        lines.Start();
        using var sensor = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        sensor.Bind(new UnixDomainSocketEndPoint(_folder.File("sensor.sock")));
        sensor.Listen();
        var (code, output, error) = await CheckAsync($$"""
            webhook: {address: '{{plain.Address}}/x'}
            elasticsearch: {hostport: '{{plain.Address}}'}
            slack: {webhookurl: '{{plain.Address}}/y'}
            syslog: {host: 127.0.0.1, port: {{((IPEndPoint)lines.LocalEndpoint).Port}}}
            statsd: {forwarder: 'localhost:8125'}
            sensors: {addresses: ['unix://{{_folder.File("sensor.sock")}}']}
            """);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("5 destinations, 0 routes, 0 warnings", output, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
        using var came = await lines.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await came.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhoWantsNoContactAsksForNone()
    {
        var yaml = $"webhook: {{address: 'http://127.0.0.1:{FreePort.Next()}/'}}\nstore: 'postgres://a:b@127.0.0.1:{FreePort.Next()}/c'";
        var (code, output, error) = await CheckAsync(yaml, "--offline");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("1 destinations, 0 routes, 0 warnings", output, StringComparison.Ordinal);
        Assert.Equal(2, (await CheckAsync(yaml, "--offline", "--send-test", "webhook")).Code);
    }

    [Fact]
    public async Task TheOneThatGetsATestAlertIsNotAskedBefore()
    {
        var (code, output, error) = await CheckAsync($"webhook: {{address: 'http://127.0.0.1:{FreePort.Next()}/'}}", "--send-test", "webhook");
        Assert.Equal((1, ""), (code, error));
        Assert.Contains("webhook: the test alert was not delivered: ", output, StringComparison.Ordinal);
    }
}
