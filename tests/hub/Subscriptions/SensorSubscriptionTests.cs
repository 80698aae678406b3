using Peregrine.Hub.Configuration;
using Peregrine.Hub.Web;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Subscriptions;

/// <summary>Alerts that the hub fetches from sensors by gRPC, from a server of another implementation.</summary>
public sealed class SensorSubscriptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AlertsOfASocketAreKeptAndTheSensorMayComeLateAndAgain()
    {
        var socket = _folder.File("sensor.sock");
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), $"sensors: {{addresses: ['unix://{socket}']}}");
        await using (await SensorAsync("unix://" + socket)) await KeptAsync(hub, 5);
        File.Delete(socket);
        await using (await SensorAsync("unix://" + socket)) await KeptAsync(hub, 10);
        var found = await hub.GetAsync("/api/v1/events/search?rule=Rule%203");
        var alert = found.GetProperty("results")[0];
        Assert.Equal(("alert 3", "Warning", "node-1", "syscall"), (Text("output"), Text("priority"), Text("hostname"), Text("source")));
        Assert.Equal("2023-11-14T22:13:20.000000003Z", Text("time"));
        Assert.Equal("bash", alert.GetProperty("output_fields").GetProperty("proc.name").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, alert.GetProperty("output_fields").GetProperty("fd.name").ValueKind);
        Assert.Equal(["container", "shell"], alert.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!));
        Assert.Contains("peregrine_hub_sensor_alerts_total{address=", await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        string Text(string key) => alert.GetProperty(key).GetString()!;
    }

    [Fact]
    public async Task AlertsComeOverMutualTls()
    {
        var certificates = new TestCertificates(_folder);
        var port = FreePort.Next();
        await using var sensor = await SensorAsync($"127.0.0.1:{port}", _folder.Path);
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), $"sensors: {{addresses: ['https://127.0.0.1:{port}'], certfile: {certificates.Client}, keyfile: {certificates.ClientKey}, cacertfile: {certificates.Authority}}}");
        await KeptAsync(hub, 5);
    }

    [Fact]
    public void AnAddressThatCannotBeOneIsRefused()
    {
        var configuration = HubConfigurationReader.ReadText("sensors: {addresses: ['node-1:5060']}", _ => null);
        Assert.Contains("'node-1:5060'", Assert.Throws<ConfigurationException>(() => HubServer.Check(configuration)).Message, StringComparison.Ordinal);
    }

    private static Task KeptAsync(RunningHub hub, int alerts) => Eventually.HoldsAsync(() => hub.Hub.Filler.Position == alerts + 1, () => $"{hub.Hub.Filler.Position - 1} of {alerts} alerts are stored");

    private static async Task<ServerProcess> SensorAsync(string address, string tls = "")
    {
        var modules = Path.Combine(Repository.Root, "artifacts", "grpc-client", "node_modules");
        Assert.SkipUnless(Directory.Exists(modules), "the gRPC peer is not installed: ./dev test hub does it");
        return await ServerProcess.StartUntilAsync("node", "listening", [Path.Combine(AppContext.BaseDirectory, "grpc-sensor.js"), Path.Combine(Repository.Root, "schema", "grpc"), address, .. tls.Length > 0 ? [tls] : Array.Empty<string>()],
            new Dictionary<string, string> { ["NODE_PATH"] = modules });
    }
}
