using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Metrics;

public sealed class StatsDDestinationTests
{
    [Theory]
    [InlineData("statsd", "", "falcosidekick.inputs.requests.accepted:9|c", "falcosidekick.falco.accepted.warning:2|c", "falcosidekick.falco.accepted.emergency:1|c")]
    [InlineData("statsd", ", namespace: x., tags: ['env:a:b']", "x.a_b.inputs.requests.accepted:9|c", "x.a_b.falco.accepted.warning:2|c", "x.a_b.falco.accepted.debug:1|c")]
    [InlineData("dogstatsd", "", "falcosidekick.inputs.requests.accepted:9|c", "falcosidekick.falco.accepted:2|c|#priority:warning", "falcosidekick.falco.accepted:1|c|#priority:debug")]
    [InlineData("dogstatsd", ", tags: ['env:prod', 'a|b']", "falcosidekick.inputs.requests.accepted:9|c|#env:prod,a_b", "falcosidekick.falco.accepted:2|c|#priority:warning,env:prod,a_b", "falcosidekick.falco.accepted:1|c|#priority:alert,env:prod,a_b")]
    public async Task AlertsAreCountedByPriority(string kind, string settings, params string[] expected)
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)server.Client.LocalEndPoint!).Port;
        await TestDestinations.DeliverAsync($"{kind}: {{forwarder: '127.0.0.1:{port}'{settings}}}", [TestAlerts.Of(), .. AlertPriorities.Levels.Select(p => TestAlerts.Of(priority: p))]);
        var datagram = await server.ReceiveAsync(TestContext.Current.CancellationToken);
        var lines = Encoding.UTF8.GetString(datagram.Buffer).Split('\n');
        Assert.Equal(9, lines.Length);
        foreach (var line in expected) Assert.Contains(line, lines);
    }
}
