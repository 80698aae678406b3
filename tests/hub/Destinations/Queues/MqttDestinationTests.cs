using System.Globalization;
using System.Text;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>Against Mosquitto, with its own reader.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class MqttDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TheLastRetainedEventIsReadLater(int quality)
    {
        await using var broker = await StartAsync("allow_anonymous true");
        var last = TestAlerts.Typical();
        var alerts = Enumerable.Range(0, 19).Select(i => TestAlerts.Of($"Rule {i}", fields: ("big", new string('ä', 20_000)))).Append(last).ToArray();
        await using var destination = TestDestinations.Create($"mqtt: {{broker: 'tcp://127.0.0.1:{broker.Port}', topic: a/b, qos: {quality}, retained: true}}");
        for (var i = 0; i < 3; i++) Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync(alerts, TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal(Encoding.UTF8.GetString(last.ToJson()), (await ReadAsync(broker, "-t", "a/b", "-C", "1")).Trim());
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong", false)]
    public async Task UsersAreKnown(string password, bool works)
    {
        var passwords = _folder.File("passwords");
        await ServerProcess.RunAsync("mosquitto_passwd", "-c", "-b", passwords, "writer", "right");
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(passwords, (UnixFileMode)0b110_100_100);
        await using var broker = await StartAsync($"allow_anonymous false\npassword_file {passwords}");
        var delivery = TestDestinations.DeliverAsync($"mqtt: {{broker: '127.0.0.1:{broker.Port}', user: writer, password: {password}, qos: 1}}", TestAlerts.Of());
        if (works) Assert.Equal(DeliveryOutcome.Delivered, (await delivery).All.Outcome);
        else Assert.Contains("user", (await Assert.ThrowsAsync<IOException>(() => delivery)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", checkcert: false", true)]
    public async Task TheBrokersCertificateIsChecked(string settings, bool works)
    {
        var certificates = new TestCertificates(_folder);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        await using var broker = await StartAsync($"allow_anonymous true\ncafile {certificates.Authority}\ncertfile {certificates.Server}\nkeyfile {certificates.ServerKey}");
        var delivery = TestDestinations.DeliverAsync($"mqtt: {{broker: 'ssl://127.0.0.1:{broker.Port}', qos: 2{settings}}}", TestAlerts.Of());
        if (works) Assert.Equal(DeliveryOutcome.Delivered, (await delivery).All.Outcome);
        else await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() => delivery);
    }

    [Theory]
    [InlineData("{broker: 'http://x'}")]
    [InlineData("{broker: 'x:1883', topic: 'a/#'}")]
    [InlineData("{broker: 'x:1883', qos: 3}")]
    public void WhatCannotBeIsSaid(string section) =>
        Assert.Contains("mqtt.", Assert.Throws<ConfigurationException>(() => TestDestinations.Create("mqtt: " + section)).Message, StringComparison.Ordinal);

    private async Task<ServerProcess> StartAsync(string configuration)
    {
        var (port, file) = (FreePort.Next(), _folder.File("mosquitto.conf"));
        await File.WriteAllTextAsync(file, $"listener {port} 127.0.0.1\n{configuration}\n");
        return await ServerProcess.StartAsync("mosquitto", port, ["-c", file]);
    }

    private static Task<string> ReadAsync(ServerProcess broker, params string[] more) => ServerProcess.RunAsync("mosquitto_sub", ["-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-W", "60", .. more]);
}
