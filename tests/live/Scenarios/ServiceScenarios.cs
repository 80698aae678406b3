using System.Net.Sockets;
using System.Text;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>The sensor as its systemd unit starts it: with the unit's capabilities and no way to gain others, telling the service manager what it does.</summary>
[Collection(LiveCollection.Name)]
public sealed class ServiceScenarios(LiveSensor shared)
{
    [Fact]
    public void WithTheCapabilitiesOfItsUnitItWatchesAndTellsTheManager()
    {
        using var folder = new LiveFolder();
        var marked = folder.Write("marked", "");
        var rules = folder.Write("rules.yaml", $"- {{rule: Marked file opened, desc: d, condition: 'evt.type in (open, openat) and fd.name = {marked}', output: opened %fd.name, priority: WARNING}}\n");
        var config = folder.Write("config.yaml", LiveSensor.Configuration(rules) + "webserver: {enabled: false}\nlog_syslog: false\n");
        var name = Path.Combine(folder.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        manager.Bind(new UnixDomainSocketEndPoint(name));
        using var sensor = SensorProcess.StartBy(
            "/usr/bin/env", "NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=2000000", "/usr/bin/setpriv", "--no-new-privs", "--bounding-set", "-all," + string.Join(',', Capabilities()), Repository.Sensor, "-c", config);
        Until(manager, "READY=1\nSTATUS=Watching ");
        Until(manager, "WATCHDOG=1");
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", marked), a => a.Rule == "Marked file opened" && a["proc.name"] == "deeds");
        sensor.Signal("HUP");
        Until(manager, "RELOADING=1\nMONOTONIC_USEC=");
        Until(manager, "READY=1");
        sensor.Signal("TERM");
        Until(manager, "STOPPING=1");
        Assert.Equal(0, sensor.WaitForExit(TimeSpan.FromSeconds(20)));
    }

    /// <summary>As setpriv writes them: <c>CAP_BPF</c> is <c>+bpf</c>.</summary>
    private static IEnumerable<string> Capabilities()
    {
        var unit = File.ReadAllLines(Path.Combine(Repository.Root, "deploy", "systemd", "peregrine.service"));
        var set = unit.Single(l => l.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal))["CapabilityBoundingSet=".Length..];
        return set.Split(' ').Select(c => "+" + c["CAP_".Length..].ToLowerInvariant());
    }

    /// <summary>Passes over what the sensor tells before: that it is alive comes each second.</summary>
    private static void Until(Socket manager, string begins)
    {
        var buffer = new byte[4096];
        var said = "";
        Wait.For(() => (said = Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer))).StartsWith(begins, StringComparison.Ordinal), () => $"the sensor did not tell its manager {begins}, but {said}");
    }
}
