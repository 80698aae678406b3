using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Metrics;

public sealed class StatsDDestinationTests
{
    [Theory]
    [InlineData("statsd", "", "falcosidekick.inputs.requests.accepted|c", "falcosidekick.inputs.requests.rejected|c", "falcosidekick.falco.accepted.warning|c", "falcosidekick.falco.accepted.emergency|c", "falcosidekick.outputs.statsd.ok|c")]
    [InlineData("statsd", ", namespace: x., tags: ['env:a:b']", "x.a_b.inputs.requests.accepted|c", "x.a_b.inputs.requests.rejected|c", "x.a_b.falco.accepted.warning|c", "x.a_b.falco.accepted.debug|c", "x.a_b.outputs.statsd.ok|c")]
    [InlineData("dogstatsd", "", "falcosidekick.inputs.requests.accepted|c", "falcosidekick.inputs.requests.rejected|c", "falcosidekick.falco.accepted|c|#priority:warning", "falcosidekick.falco.accepted|c|#priority:debug", "falcosidekick.outputs|c|#output:dogstatsd,status:ok")]
    [InlineData("dogstatsd", ", tags: ['env:prod', 'a|b']", "falcosidekick.inputs.requests.accepted|c|#env:prod,a_b", "falcosidekick.inputs.requests.rejected|c|#env:prod,a_b", "falcosidekick.falco.accepted|c|#priority:warning,env:prod,a_b", "falcosidekick.falco.accepted|c|#priority:alert,env:prod,a_b", "falcosidekick.outputs|c|#output:dogstatsd,status:ok,env:prod,a_b")]
    public async Task WhatTheHubCountsIsTold(string kind, string settings, string accepted, string rejected, string warning, string other, string delivered)
    {
        using var folder = new TemporaryFolder();
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var told = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var reading = ReadAsync(server, told);
        await using var hub = await RunningHub.StartAsync(folder.Path, $"{kind}: {{forwarder: '127.0.0.1:{((IPEndPoint)server.Client.LocalEndPoint!).Port}'{settings}}}");
        (await hub.PostAsync("{}")).Dispose();
        (await hub.PostAsync(string.Concat(AlertPriorities.Levels.Append(AlertPriority.Warning).Select(p => TestAlerts.Json.Replace("\"priority\":\"Warning\"", $"\"priority\":\"{p}\"", StringComparison.Ordinal))))).EnsureSuccessStatusCode();
        await ToldAsync((accepted, 9), (rejected, 1), (warning, 2), (other, 1));
        await Eventually.HoldsAsync(() => hub.Hub.Workers[0].Counters.Delivered == 9, () => "not delivered");
        // How deliveries ended is told by the next one.
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        await ToldAsync((accepted, 10), (rejected, 1), (warning, 3), (other, 1), (delivered, 9));
        server.Close();
        await reading;

        Task ToldAsync(params (string Name, long Count)[] expected) =>
            Eventually.HoldsAsync(() => expected.All(e => told.GetValueOrDefault(e.Name) == e.Count), () => string.Join('\n', told.Select(t => $"{t.Key} {t.Value}")));
    }

    // The counts by line, without their numbers.
    private static async Task ReadAsync(UdpClient server, ConcurrentDictionary<string, long> told)
    {
        try
        {
            while (true)
            {
                foreach (var line in Encoding.UTF8.GetString((await server.ReceiveAsync()).Buffer).Split('\n'))
                {
                    var (colon, bar) = (line.IndexOf(':', StringComparison.Ordinal), line.IndexOf('|', StringComparison.Ordinal));
                    told.AddOrUpdate(line[..colon] + line[bar..], long.Parse(line[(colon + 1)..bar], CultureInfo.InvariantCulture), (_, sum) => sum + long.Parse(line[(colon + 1)..bar], CultureInfo.InvariantCulture));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
