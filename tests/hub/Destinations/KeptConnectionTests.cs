using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Destinations.Queues;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations;

/// <summary>Connections are kept between deliveries; the reference makes one for each event.</summary>
public sealed class KeptConnectionTests : IDisposable
{
    private const int Deliveries = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OfNats()
    {
        await using var server = await NatsServer.StartAsync(_folder, "");
        await DeliverAsync(server.Port, "nats: {hostport: '127.0.0.1:PORT'}");
    }

    [Fact]
    public async Task OfMqtt()
    {
        var (port, file) = (FreePort.Next(), _folder.File("mosquitto.conf"));
        await File.WriteAllTextAsync(file, $"listener {port} 127.0.0.1\nallow_anonymous true\n", TestContext.Current.CancellationToken);
        await using var broker = await ServerProcess.StartAsync("mosquitto", port, ["-c", file]);
        await DeliverAsync(port, "mqtt: {broker: '127.0.0.1:PORT', qos: 1}");
    }

    [Fact]
    public async Task OfSmtp()
    {
        var port = FreePort.Next();
        await using var server = await ServerProcess.StartAsync("/usr/bin/python3", port, [Path.Combine(AppContext.BaseDirectory, "smtp-server.py"), port.ToString(CultureInfo.InvariantCulture)]);
        await DeliverAsync(port, "smtp: {hostport: '127.0.0.1:PORT', tls: false, from: a@b.example, to: c@d.example}");
    }

    [Fact]
    public async Task OfRedis()
    {
        var port = FreePort.Next();
        await using var server = await ServerProcess.StartAsync("redis-server", port, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", _folder.Path]);
        await DeliverAsync(port, "redis: {address: '127.0.0.1:PORT'}");
    }

    [Fact]
    public async Task OfSyslog()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lines = 0;
        var reading = Task.Run(async () =>
        {
            try
            {
                while (true) _ = ReadAsync(await listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over.
            }
        }, TestContext.Current.CancellationToken);
        // Nobody confirms these: all of them have come when they are there.
        await DeliverAsync(((IPEndPoint)listener.LocalEndpoint).Port, "syslog: {host: 127.0.0.1, port: PORT}", () => Eventually.HoldsAsync(() => Volatile.Read(ref lines) == Deliveries, () => $"{lines} lines came"));
        listener.Stop();
        await reading;

        async Task ReadAsync(TcpClient client)
        {
            using var reader = new StreamReader(client.GetStream());
            while (await reader.ReadLineAsync() is not null) Interlocked.Increment(ref lines);
            client.Dispose();
        }
    }

    [Theory]
    [InlineData("webhook: {address: 'http://127.0.0.1:PORT/x'}")]
    [InlineData("aws: {region: eu-west-1, accesskeyid: A, secretaccesskey: B, s3: {bucket: b, endpoint: 'http://127.0.0.1:PORT'}}")]
    [InlineData("otlp: {logs: {endpoint: 'http://127.0.0.1:PORT'}}")]
    public async Task OfHttp(string yaml)
    {
        await using var service = await HttpRecorder.StartAsync();
        await DeliverAsync(new Uri(service.Address).Port, yaml);
    }

    private static async Task DeliverAsync(int port, string yaml, Func<Task>? arrived = null)
    {
        await using var counter = new ConnectionCounter(port);
        await using var destination = TestDestinations.Create(yaml.Replace("PORT", counter.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        for (var i = 0; i < Deliveries; i++)
        {
            var result = await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
            Assert.Equal((DeliveryOutcome.Delivered, ""), (result.All.Outcome, result.All.Reason));
        }
        if (arrived is not null) await arrived();
        Assert.Equal(1, counter.Count);
    }
}
