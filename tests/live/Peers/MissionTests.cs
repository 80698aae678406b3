using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Peers;

/// <summary>What the first pages of the documentation promise, with real servers and the built sensor on the real kernel.</summary>
[Collection(PeerCollection.Name)]
public sealed class MissionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly LiveFolder _folder = new("mission");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASearchForPrivateKeysIsFoundInTheSyslog()
    {
        using var syslog = SyslogPeer.Rsyslog();
        using var sensor = SensorProcess.Start("-c", _folder.Write("sensor.yaml", $"rules_files: [{Repository.Rules}]\nwebserver: {{enabled: false}}\nsyslog_output:\n  address: {syslog.Socket}\n"));
        var found = SpinWait.SpinUntil(
            () =>
            {
                Command.Run("/usr/bin/find", "/root", "-name", "id_rsa");
                Thread.Sleep(200);
                return Command.Run("/bin/grep", "find /root -name id_rsa", syslog.LogPath).ExitCode == 0;
            },
            Patience);
        Assert.True(found, syslog.Log + sensor.Logged);
        var line = Command.Run("/bin/grep", "find /root -name id_rsa", syslog.LogPath).Output;
        Assert.StartsWith("user.warning|", line, StringComparison.Ordinal);
        Assert.Contains($"|peregrine|{sensor.Id}|", line, StringComparison.Ordinal);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void TheConfigurationOfTheDocumentsPostsJson()
    {
        using var server = new CollectingServer();
        using var sensor = SensorProcess.Start("-c", _folder.Write("sensor.yaml", $"""
            rules_files: [{Repository.Rules}]
            webserver: {"{enabled: false}"}
            json_output: true
            json_include_output_property: true
            http_output:
              enabled: true
              url: "http://localhost:{server.Port}"

            """));
        var came = SpinWait.SpinUntil(
            () =>
            {
                Command.Run("/usr/bin/find", "/root", "-name", "id_rsa");
                Thread.Sleep(200);
                return server.Bodies.Any(b => b.Contains("find /root -name id_rsa", StringComparison.Ordinal));
            },
            Patience);
        Assert.True(came, sensor.Logged);
        var alert = Alert.Parse(server.Bodies.First(b => b.Contains("find /root -name id_rsa", StringComparison.Ordinal)))!;
        Assert.Equal("Warning", alert.Priority);
        Assert.Contains(": Warning ", alert.Output, StringComparison.Ordinal);
        Assert.Equal("find /root -name id_rsa", alert["proc.cmdline"]);
        Assert.Equal(0, sensor.Stop());
        // What was delivered is what came.
        Assert.Contains($"Output http: {server.Bodies.Count} alerts delivered", sensor.Logged, StringComparison.Ordinal);
    }

    [Fact]
    public void NginxTakesAlertsFromClientsWithACertificateOnly()
    {
        using var nginx = new NginxPeer();
        using var alone = SensorProcess.Start("-c", Config(nginx, "http_output: {enabled: true, url: \"https://localhost:%PORT%/\", ca_cert: %CA%, spool: {enabled: true, path: %SPOOL%}}"));
        using var known = SensorProcess.Start("-c", Config(nginx, """
            http_output:
              enabled: true
              url: "https://localhost:%PORT%/alerts?key=1"
              ca_cert: %CA%
              mtls: true
              client_cert: %CERT%
              client_key: %KEY%
              user_agent: my/agent
              keep_alive: true
              echo: true
            """));
        Assert.True(SpinWait.SpinUntil(() => Find(() => nginx.Requests.Any(r => r.Contains("find /root", StringComparison.Ordinal)) && nginx.Refused > 0), Patience), nginx.Said + known.Logged + alone.Logged);
        var request = nginx.Requests.First(r => r.Contains("find /root", StringComparison.Ordinal));
        Assert.StartsWith("CN=sensor POST /alerts?key=1 application/json my/agent {", request, StringComparison.Ordinal);
        Assert.All(nginx.Requests, r => Assert.StartsWith("CN=sensor ", r, StringComparison.Ordinal));
        Assert.Equal(0, known.Stop());
        Assert.Equal(0, alone.Stop());
        Assert.Contains("taken by nginx", known.Said, StringComparison.Ordinal);
        Assert.Contains("Output http: 0 alerts delivered", alone.Logged, StringComparison.Ordinal);
    }

    [Fact]
    public void LogrotateLosesNothing()
    {
        Daemon.Find("/usr/sbin/logrotate");
        var log = Path.Combine(_folder.Path, "logs", "events.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var numbered = Path.Combine(_folder.Path, "numbered");
        var sensorConfig = _folder.Write("sensor.yaml", StormSensor.Rules(_folder, numbered) + $"file_output: {{enabled: true, keep_alive: true, filename: {log}}}\n");
        using var sensor = SensorProcess.Start("-c", sensorConfig);
        var deeds = new DeedProgram(Path.Combine(_folder.Path, "bin"));
        sensor.WaitUntilItWatches(() => deeds.Do("open-many", numbered, "1", "1000"), alert => alert.Rule == StormSensor.Rule);
        var rotate = _folder.Write("rotate.conf", $"{log} {{\n  rotate 100\n  nocreate\n  missingok\n  notifempty\n  postrotate\n    kill -USR1 {sensor.Id}\n  endscript\n}}\n");
        File.SetUnixFileMode(rotate, (UnixFileMode)0b110_100_100);
        const int Count = 6_000;
        using var opener = deeds.Start("open-many", numbered, $"{Count}", "2000");
        var rotations = 0;
        while (!opener.HasExited)
        {
            Command.Run("/usr/sbin/logrotate", "-f", "-s", Path.Combine(_folder.Path, "state"), rotate).Succeeded();
            rotations++;
            Thread.Sleep(100);
        }
        sensor.TryFind(alert => alert["evt.arg.name"] == $"{numbered}/{Count}", Patience, out _);
        Assert.Equal(0, sensor.Stop());
        var files = Directory.GetFiles(Path.GetDirectoryName(log)!);
        Assert.True(rotations > 3 && files.Length > 3, $"{rotations} rotations left {files.Length} files");
        var inFiles = files.SelectMany(File.ReadLines).Order(StringComparer.Ordinal);
        var shown = sensor.Alerts(_ => true).Select(a => a.ToString()).Order(StringComparer.Ordinal);
        Assert.Equal(shown, inFiles);
        Assert.True(sensor.Alerts(a => a.Rule == StormSensor.Rule).Count > Count);
    }

    private string Config(NginxPeer nginx, string output) => _folder.Write($"sensor{output.Length}.yaml", $"""
        rules_files: [{Repository.Rules}]
        webserver: {"{enabled: false}"}
        syslog_output: {"{enabled: false}"}
        json_output: true

        """ + output
        .Replace("%PORT%", $"{nginx.Port}", StringComparison.Ordinal)
        .Replace("%CA%", nginx.Certificates.Authority, StringComparison.Ordinal)
        .Replace("%CERT%", nginx.Certificates.Client, StringComparison.Ordinal)
        .Replace("%KEY%", nginx.Certificates.ClientKey, StringComparison.Ordinal)
        .Replace("%SPOOL%", Path.Combine(_folder.Path, "spool"), StringComparison.Ordinal));

    private static bool Find(Func<bool> seen)
    {
        Command.Run("/usr/bin/find", "/root", "-name", "id_rsa");
        Thread.Sleep(200);
        return seen();
    }
}
