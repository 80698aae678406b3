using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Commands;

/// <summary>A changed configuration is taken over by a real hub while senders go on.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _folder.Dispose();

    private string ConfigFile => _folder.File("config.yaml");

    private Task ConfigureAsync(string more = "") => File.WriteAllTextAsync(ConfigFile, $"data: {_folder.File("data")}\nlistenaddress: 127.0.0.1\nlistenport: {_port}\n{more}", TestContext.Current.CancellationToken);

    private static int Starts(HubProcess hub) => hub.Log.Split("listening on").Length - 1;

    private static Task StartedAsync(HubProcess hub, int times) => Eventually.HoldsAsync(() => Starts(hub) >= times, () => $"the hub took {Starts(hub) - 1} changes over\n{hub.Log}");

    [Fact]
    public async Task NoSenderIsRefusedMeanwhile()
    {
        const int Reloads = 6;
        await ConfigureAsync();
        await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
        using var end = new CancellationTokenSource();
        // A connection for each alert: what is kept open would hide that nobody listens.
        var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(() => SendAsync(end.Token), TestContext.Current.CancellationToken)).ToList();
        for (var i = 1; i <= Reloads; i++)
        {
            await ConfigureAsync($"customtags: [t{i}]");
            await StartedAsync(hub, i + 1);
        }
        await end.CancelAsync();
        var taken = (await Task.WhenAll(senders)).Sum();
        Assert.True(taken > Reloads, $"only {taken} alerts were sent");
        using var client = new HttpClient();
        var stored = "";
        await Eventually.HoldsAsync(() => (stored = client.GetStringAsync($"http://127.0.0.1:{_port}/api/v1/events/count").Result).Contains($":{taken.ToString(CultureInfo.InvariantCulture)}}}", StringComparison.Ordinal), () => $"{taken} were taken: {stored}");
    }

    [Fact]
    public async Task OnlyAChangeOfTheFileItselfReloads()
    {
        await ConfigureAsync();
        await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
        // A log beside it, as services write them, and a file that is written anew as it was.
        for (var i = 0; i < 10; i++)
        {
            await File.AppendAllTextAsync(_folder.File("hub.log"), "a line\n", TestContext.Current.CancellationToken);
            await ConfigureAsync();
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }
        Assert.Equal(1, Starts(hub));
        var yaml = await File.ReadAllTextAsync(ConfigFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.File("new"), yaml + "customtags: [a]", TestContext.Current.CancellationToken);
        File.Move(_folder.File("new"), ConfigFile, overwrite: true);
        await StartedAsync(hub, 2);
        // As mounts of clusters do it: the name is a link that is turned.
        await File.WriteAllTextAsync(_folder.File("linked"), yaml + "customtags: [b]", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(_folder.File("link"), _folder.File("linked"));
        File.Move(_folder.File("link"), ConfigFile, overwrite: true);
        await StartedAsync(hub, 3);
    }

    [Fact]
    public async Task APortThatIsTakenIsRefusedAndTheRunningHubGoesOn()
    {
        await ConfigureAsync();
        await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await File.WriteAllTextAsync(ConfigFile, $"data: {_folder.File("data")}\nlistenaddress: 127.0.0.1\nlistenport: {((IPEndPoint)other.LocalEndpoint).Port}", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => hub.Log.Contains($"is refused, the running one goes on: {other.LocalEndpoint} cannot be listened on: Address already in use", StringComparison.Ordinal), () => hub.Log);
        using var client = new HttpClient();
        Assert.Equal("pong\n", await client.GetStringAsync($"http://127.0.0.1:{_port}/ping", TestContext.Current.CancellationToken));
        Assert.Equal(1, Starts(hub));
    }

    [Fact]
    public async Task AnotherPortIsListenedOnAndTheOldOneIsLeft()
    {
        await ConfigureAsync();
        await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
        var other = FreePort.Next();
        await File.WriteAllTextAsync(ConfigFile, $"data: {_folder.File("data")}\nlistenaddress: 127.0.0.1\nlistenport: {other}", TestContext.Current.CancellationToken);
        await StartedAsync(hub, 2);
        using var client = new HttpClient();
        Assert.Equal("pong\n", await client.GetStringAsync($"http://127.0.0.1:{other}/ping", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync($"http://127.0.0.1:{_port}/ping", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ANewCertificateIsShownWithoutANewStart()
    {
        using var folders = new TemporaryFolder();
        var (first, second) = (new TestCertificates(_folder), new TestCertificates(folders));
        // The plain listener says when it is up.
        string Tls(TestCertificates with, string more = "") => $"tlsserver: {{deploy: true, certfile: {with.Server}, keyfile: {with.ServerKey}, notlsport: {_port}, notlspaths: [/ping]{more}}}";
        var secure = FreePort.Next();
        Task WriteAsync(string tls) => File.WriteAllTextAsync(ConfigFile, $"data: {_folder.File("data")}\nlistenaddress: 127.0.0.1\nlistenport: {secure}\n{tls}", TestContext.Current.CancellationToken);
        await WriteAsync(Tls(first));
        await using var hub = await HubProcess.StartAsync(ConfigFile, _port);
        Assert.Equal(Thumbprint(first), await ShownAsync(secure));
        await WriteAsync(Tls(second));
        await StartedAsync(hub, 2);
        Assert.Equal(Thumbprint(second), await ShownAsync(secure));
    }

    private static string Thumbprint(TestCertificates of)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(of.Server);
        return certificate.Thumbprint;
    }

    private static async Task<string> ShownAsync(int port)
    {
        var shown = "";
        using var client = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => (shown = certificate!.Thumbprint).Length > 0,
        });
        using var answer = await client.GetAsync($"https://127.0.0.1:{port}/healthz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return shown;
    }

    /// <summary>Sends one alert after the other; how many were taken, which must be all.</summary>
    private async Task<int> SendAsync(CancellationToken end)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        var taken = 0;
        for (; !end.IsCancellationRequested; taken++)
        {
            using var answer = await client.PostAsync("/", new StringContent(TestAlerts.Json), CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        return taken;
    }
}
