using System.Text.Json;
using Peregrine.LiveTests.Harness;
using Peregrine.LiveTests.Peers;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>The built hub beside the built sensor: alerts of the real kernel in the hub's store, posted by the sensor or fetched from its gRPC output.</summary>
[Collection(LiveCollection.Name)]
public sealed class HubScenarios(LiveSensor shared)
{
    [Fact]
    public void AHubFetchesTheAlertsOfASensorAndComesBackToItWhenItStartsAgain()
    {
        using var folder = new LiveFolder();
        var socket = Path.Combine(folder.Path, "grpc.sock");
        var config = Configuration(folder, $"grpc: {{enabled: true, bind_address: 'unix://{socket}'}}\ngrpc_output: {{enabled: true}}\n");
        using var hub = StartHub(folder, $"sensors: {{addresses: ['unix://{socket}']}}\n", out var port);
        var marked = MarkedFile.Path(folder);
        string[] stored;
        using (var sensor = LogLines.StartAndAwait(config, "gRPC server: ", "Watching "))
        {
            stored = ExpectStored(port, marked, []);
            Assert.Contains($"peregrine_hub_sensor_connected{{address=\"unix://{socket}\"}} 1", Ask(port, "/metrics"), StringComparison.Ordinal);
            Assert.Equal(0, sensor.Stop());
        }
        using (var again = LogLines.StartAndAwait(config, "gRPC server: ", "Watching "))
        {
            ExpectStored(port, marked, stored);
            Assert.Equal(0, again.Stop());
        }
        Assert.Contains($"the sensor at unix://{socket}", hub.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void ASensorPostsItsAlertsToAHub()
    {
        using var folder = new LiveFolder();
        using var hub = StartHub(folder, "", out var port);
        using var sensor = LogLines.StartAndAwait(Configuration(folder, $"http_output: {{enabled: true, url: 'http://localhost:{port}/'}}\n"), "Watching ");
        ExpectStored(port, MarkedFile.Path(folder), []);
        Assert.Equal(0, sensor.Stop());
    }

    private static string Configuration(LiveFolder folder, string outputs) =>
        folder.Write("config.yaml", LiveSensor.Configuration(MarkedFile.WriteRule(folder)) + $"{outputs}webserver: {{enabled: false}}\nlog_syslog: false\nsyslog_output: {{enabled: false}}\n");

    private static Daemon StartHub(LiveFolder folder, string yaml, out int port)
    {
        var free = port = LoopbackPort.Free();
        var program = Path.Combine(Repository.Root, "out", "peregrine-hub");
        Assert.SkipUnless(File.Exists(program), $"{program} is missing: run ./dev build first");
        var config = folder.Write("hub.yaml", $"listenaddress: 127.0.0.1\nlistenport: {port}\ndata: {Path.Combine(folder.Path, "hub")}\n{yaml}");
        return Daemon.Start(() => Daemon.Answers(free), new Dictionary<string, string>(), program, "-c", config);
    }

    /// <summary>Opens the marked file until the hub has an alert of it beside those that are known; their identities.</summary>
    private string[] ExpectStored(int port, string marked, string[] known)
    {
        string[] found = [];
        Wait.For(
            () =>
            {
                shared.Deeds.Do("open", marked);
                using var answer = JsonDocument.Parse(Ask(port, "/api/v1/events/search?limit=1000&rule=" + Uri.EscapeDataString(MarkedFile.Rule)));
                var results = answer.RootElement.GetProperty("results").EnumerateArray().ToList();
                Assert.All(results, r => Assert.Equal((marked, "syscall", "Warning"), (r.GetProperty("output_fields").GetProperty("fd.name").GetString(), r.GetProperty("source").GetString(), r.GetProperty("priority").GetString())));
                found = [.. results.Select(r => r.GetProperty("uuid").GetString()!)];
                return found.Except(known).Any();
            },
            () => "no alert came into the store");
        return found;
    }

    private static string Ask(int port, string path)
    {
        using var client = new HttpClient();
        return client.GetStringAsync($"http://127.0.0.1:{port}{path}").Result;
    }
}
