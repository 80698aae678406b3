using System.Net.Sockets;
using System.Text;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>Against NATS' own server, with a reader that is written out here.</summary>
public sealed class NatsDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MessagesHaveTheirSubjects()
    {
        await using var server = await NatsServer.StartAsync(_folder, "");
        using var reader = await Reader.SubscribeAsync(server.Port, "falco.>");
        var alert = TestAlerts.Typical();
        var result = await TestDestinations.DeliverAsync($"nats: {{hostport: 'nats://127.0.0.1:{server.Port}'}}", alert, TestAlerts.Of("Ünusual: (rule)"));
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        Assert.Equal(("falco.warning.terminal_shell_in_container", Encoding.UTF8.GetString(alert.ToJson())), await reader.NextAsync());
        Assert.Equal("falco.warning.nusual_rule", (await reader.NextAsync()).Subject);
    }

    [Fact]
    public async Task WhatIsTooLargeIsRefusedAlone()
    {
        await using var server = await NatsServer.StartAsync(_folder, "");
        var result = await TestDestinations.DeliverAsync($"nats: {{hostport: '127.0.0.1:{server.Port}'}}", TestAlerts.Of("Big", fields: ("x", new string('x', 1100 * 1024))), TestAlerts.Of());
        Assert.Equal([DeliveryOutcome.Rejected, DeliveryOutcome.Delivered], [result[0].Outcome, result[1].Outcome]);
    }

    [Theory]
    [InlineData("writer:right@", "", true)]
    [InlineData("", ", user: writer, password: right", true)]
    [InlineData("", ", user: writer, password: wrong", false)]
    [InlineData("", "", false)]
    public async Task UsersAreKnown(string credentials, string settings, bool works)
    {
        await using var server = await NatsServer.StartAsync(_folder, "authorization { users: [{user: writer, password: right, permissions: {publish: {allow: [\"falco.>\"]}}}] }");
        string Yaml(string subject) => $"nats: {{hostport: 'nats://{credentials}127.0.0.1:{server.Port}'{settings}, subjecttemplate: {subject}}}";
        if (!works)
        {
            Assert.Equal("Authorization Violation", (await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(Yaml("falco.x"), TestAlerts.Of()))).Message);
            return;
        }
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml("falco.x"), TestAlerts.Of())).All.Outcome);
        Assert.Equal(DeliveryOutcome.Rejected, (await TestDestinations.DeliverAsync(Yaml("other.x"), TestAlerts.Of())).All.Outcome);
    }

    [Fact]
    public async Task AStreamConfirmsAndKnowsRepeatedMessages()
    {
        await using var server = await NatsServer.StartAsync(_folder, $"jetstream {{ store_dir: \"{_folder.Path}\" }}");
        var yaml = $"nats: {{hostport: '127.0.0.1:{server.Port}', jetstream: true}}";
        var alert = TestAlerts.Of();
        Assert.Equal(DeliveryOutcome.Retry, (await TestDestinations.DeliverAsync(yaml, alert)).All.Outcome);
        using var reader = await Reader.SubscribeAsync(server.Port, "answers");
        await reader.PublishAsync("$JS.API.STREAM.CREATE.EVENTS", "answers", """{"name":"EVENTS","subjects":["falco.>"]}""");
        Assert.DoesNotContain("\"error\"", (await reader.NextAsync()).Body, StringComparison.Ordinal);
        await TestDestinations.DeliverAsync(yaml, alert);
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, alert, TestAlerts.Of())).All.Outcome);
        await reader.PublishAsync("$JS.API.STREAM.INFO.EVENTS", "answers", "");
        Assert.Contains("\"messages\":2", (await reader.NextAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TlsWithCertificatesOfBoth()
    {
        var certificates = new TestCertificates(_folder);
        await using var server = await NatsServer.StartAsync(_folder, $"tls {{ cert_file: \"{certificates.Server}\", key_file: \"{certificates.ServerKey}\", ca_file: \"{certificates.Authority}\", verify: true }}");
        string Yaml(bool mutual) => $$"""
            mutualtlsclient: {certfile: {{certificates.Client}}, keyfile: {{certificates.ClientKey}}, cacertfile: {{certificates.Authority}}}
            tlsclient: {cacertfile: {{certificates.Authority}}}
            nats: {hostport: 'nats://127.0.0.1:{{server.Port}}', mutualtls: {{(mutual ? "true" : "false")}}}
            """;
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(true), TestAlerts.Of())).All.Outcome);
        await Assert.ThrowsAnyAsync<Exception>(() => TestDestinations.DeliverAsync(Yaml(false), TestAlerts.Of()));
    }

    private sealed class Reader : IDisposable
    {
        private readonly TcpClient _client = new();
        private readonly StreamReader _lines;

        private Reader(int port)
        {
            _client.Connect("127.0.0.1", port);
            _lines = new StreamReader(_client.GetStream(), new UTF8Encoding(false));
        }

        public static async Task<Reader> SubscribeAsync(int port, string subject)
        {
            var reader = new Reader(port);
            await reader.SayAsync($"CONNECT {{\"verbose\":false}}\r\nSUB {subject} 1\r\nPING\r\n");
            while (await reader._lines.ReadLineAsync() is { } line && line != "PONG") Assert.StartsWith("INFO", line, StringComparison.Ordinal);
            return reader;
        }

        public Task PublishAsync(string subject, string answerTo, string body) => SayAsync($"PUB {subject} {answerTo} {body.Length}\r\n{body}\r\n");

        public async Task<(string Subject, string Body)> NextAsync()
        {
            string head;
            do head = (await _lines.ReadLineAsync(TestContext.Current.CancellationToken))!;
            while (head.StartsWith("INFO", StringComparison.Ordinal));
            Assert.StartsWith("MSG ", head, StringComparison.Ordinal);
            return (head.Split(' ')[1], (await _lines.ReadLineAsync(TestContext.Current.CancellationToken))!);
        }

        public void Dispose()
        {
            _lines.Dispose();
            _client.Dispose();
        }

        private async Task SayAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));
    }
}
