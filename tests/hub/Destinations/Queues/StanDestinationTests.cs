using System.Text;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>Through NATS' own server, to a streaming server that the test plays.</summary>
public sealed class StanDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Yaml(ServerProcess nats) => $"stan: {{hostport: 'nats://127.0.0.1:{nats.Port}', clusterid: test, clientid: hub-1}}";

    [Fact]
    public async Task MessagesAreStoredInTheirChannels()
    {
        await using var nats = await NatsServer.StartAsync(_folder, "");
        await using var server = await StanServer.StartAsync(nats.Port, "test");
        var alert = TestAlerts.Typical();
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(nats), alert, TestAlerts.Of("(A rule)"))).All.Outcome);
        var messages = server.Messages;
        Assert.Equal(("hub-1", alert.Id.ToString(), "falco.warning.terminal_shell_in_container", Encoding.UTF8.GetString(alert.ToJson())), (messages[0].Client, messages[0].Id, messages[0].Channel, messages[0].Text));
        Assert.Equal("falco.warning.a_rule", messages[1].Channel);
        Assert.Equal(32, messages[1].Connection.Length);
        Assert.Empty(server.Known);
    }

    [Fact]
    public async Task AConnectionIsKeptAnswersHeartbeatsAndBeginsAnewWhenItIsForgotten()
    {
        await using var nats = await NatsServer.StartAsync(_folder, "");
        await using var server = await StanServer.StartAsync(nats.Port, "test");
        await using var stan = TestDestinations.Create(Yaml(nats));
        await stan.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        await server.AskWhetherThereAsync("hub-1");
        await stan.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => server.Heartbeats == 1, () => "the heartbeat was not answered");
        Assert.Single(server.Messages.Select(m => m.Connection).Distinct());
        server.Forget();
        Assert.Equal(DeliveryOutcome.Delivered, (await stan.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal(2, server.Messages.Select(m => m.Connection).Distinct().Count());
    }

    [Fact]
    public async Task WhatIsNotStoredIsTriedAgainAlone()
    {
        await using var nats = await NatsServer.StartAsync(_folder, "");
        await using var server = await StanServer.StartAsync(nats.Port, "test");
        server.PublishError = channel => channel.Contains("full", StringComparison.Ordinal) ? "stan: too many channels" : "";
        var result = await TestDestinations.DeliverAsync(Yaml(nats), TestAlerts.Of("Full"), TestAlerts.Of(), TestAlerts.Of("Big", fields: ("x", new string('x', 1100 * 1024))));
        Assert.Equal([(DeliveryOutcome.Retry, "stan: too many channels"), (DeliveryOutcome.Delivered, "")], [(result[0].Outcome, result[0].Reason), (result[1].Outcome, result[1].Reason)]);
        Assert.Equal(DeliveryOutcome.Rejected, result[2].Outcome);
        Assert.Equal("falco.warning.a_rule", Assert.Single(server.Messages).Channel);
    }

    [Fact]
    public async Task MutualTlsShowsTheCertificateThatTheServerWants()
    {
        var certificates = new TestCertificates(_folder);
        await using var nats = await NatsServer.StartAsync(_folder, $"tls {{ cert_file: \"{certificates.Server}\", key_file: \"{certificates.ServerKey}\", ca_file: \"{certificates.Authority}\", verify: true }}");
        await using var server = await StanServer.StartAsync(nats.Port, "test", certificates);
        string Mutual(bool mutual) => $$"""
            mutualtlsclient: {certfile: {{certificates.Client}}, keyfile: {{certificates.ClientKey}}, cacertfile: {{certificates.Authority}}}
            tlsclient: {cacertfile: {{certificates.Authority}}}
            stan: {hostport: 'nats://127.0.0.1:{{nats.Port}}', clusterid: test, clientid: hub-1, mutualtls: {{(mutual ? "true" : "false")}}}
            """;
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Mutual(true), TestAlerts.Of())).All.Outcome);
        await Assert.ThrowsAnyAsync<Exception>(() => TestDestinations.DeliverAsync(Mutual(false), TestAlerts.Of()));
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task WhoIsNotWelcomeHearsWhy()
    {
        await using var nats = await NatsServer.StartAsync(_folder, "");
        Assert.Contains("nobody takes this subject", (await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(Yaml(nats), TestAlerts.Of()))).Message, StringComparison.Ordinal);
        await using var server = await StanServer.StartAsync(nats.Port, "test");
        server.ConnectError = "stan: clientID already registered";
        Assert.Contains("clientID already registered", (await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(Yaml(nats), TestAlerts.Of()))).Message, StringComparison.Ordinal);
    }
}
