using System.Net.Sockets;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Peregrine.UnitTests.Containers;
using Xunit;

namespace Peregrine.LiveTests.Containers;

/// <summary>Sockets behind which nobody helpful sits: alerts come all the same, say what is missing and why, and are whole again as soon as an engine is.</summary>
[Collection(EngineCollection.Name)]
public sealed class HostileEngines : IDisposable
{
    private const string Started = "Live test, program in a container";
    private readonly LiveFolder _folder = new("hostile");
    private readonly DeedProgram _deeds;
    private readonly RuncEngine _runc;
    private readonly string _tag = $"hostile-{Environment.ProcessId}";
    private int _words;

    public HostileEngines()
    {
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        _deeds = new DeedProgram(Path.Combine(_folder.Path, "bin"));
        _runc = new RuncEngine(new RootFileSystem(_folder.Path, _deeds.Path), _deeds.Path);
    }

    private string Docker => Path.Combine(_folder.Path, "docker.sock");

    private string Podman => Path.Combine(_folder.Path, "podman.sock");

    public void Dispose()
    {
        _runc.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AlertsComeInTimeSayWhyAndRecover()
    {
        var answers = false;
        // One accepts and never answers, until it does; one talks nonsense; two are not there.
        using var silent = new FakeEngine(Docker, (path, stream, cancel) => Volatile.Read(ref answers) ? Well(path, stream, cancel) : FakeEngine.ForEverAsync(cancel));
        using var garbage = new FakeEngine(Podman, (_, stream, cancel) => stream.WriteAsync("\0\0garbage\n"u8.ToArray(), cancel).AsTask());
        using var sensor = StartSensor();
        // A container without an engine's mark: every engine may know it.
        var id = _runc.Start(terminal: false, "sleep", "300");

        var first = Alert(sensor, id);
        Assert.Null(first["container.name"]);
        Assert.True(first["container.lookup"] is "waiting" || first["container.lookup"]!.StartsWith("failed: ", StringComparison.Ordinal), first["container.lookup"]);

        var told = Until(sensor, id, alert => alert["container.lookup"]!.StartsWith("failed: ", StringComparison.Ordinal));
        Assert.Contains($"docker at {Docker}: no answer within 0.4 s", told["container.lookup"], StringComparison.Ordinal);
        Assert.Contains($"podman at {Podman}: ", told["container.lookup"], StringComparison.Ordinal);
        Assert.Null(told["container.image"]);

        Volatile.Write(ref answers, true);
        var whole = Until(sensor, id, alert => alert["container.lookup"] == "answered");
        Assert.Equal(("found-later", "shop", "7"), (whole["container.name"], whole["container.image.repository"], whole["container.image.tag"]));
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void AnEngineThatGoesAndComesBackIsAskedAgain()
    {
        using var sensor = StartSensor();
        var id = _runc.Start(terminal: false, "sleep", "300");
        Until(sensor, id, alert => alert["container.lookup"] == "no engine");
        using (new FakeEngine(Docker, Well)) Until(sensor, id, alert => alert["container.name"] == "found-later");
        var second = _runc.Start(terminal: false, "sleep", "300");
        Until(sensor, second, alert => alert["container.lookup"] is "no engine" || alert["container.lookup"]!.StartsWith("failed: ", StringComparison.Ordinal));
        // What was learnt before stays.
        Assert.Equal("found-later", Alert(sensor, id)["container.name"]);
        using var again = new FakeEngine(Docker, Well);
        Until(sensor, second, alert => alert["container.name"] == "found-later");
        Assert.Equal(0, sensor.Stop());
    }

    private static async Task Well(string path, NetworkStream stream, CancellationToken cancel)
    {
        if (path.StartsWith("/events", StringComparison.Ordinal))
        {
            await FakeEngine.BeginStreamAsync(stream);
            await FakeEngine.ForEverAsync(cancel);
        }
        else if (path.StartsWith("/containers/", StringComparison.Ordinal))
        {
            await FakeEngine.AnswerAsync(stream, $$$"""{"Id":"{{{path.Split('/')[2]}}}","Name":"/found-later","Image":"sha256:abc","Config":{"Image":"shop:7"},"HostConfig":{}}""");
        }
        else
        {
            await FakeEngine.AnswerAsync(stream, "{}");
        }
    }

    private SensorProcess StartSensor()
    {
        var rules = _folder.Write("rules.yaml", $"""
            - rule: {Started}
              desc: A program was started in a container by the test.
              condition: evt.type in (execve, execveat) and evt.rawres = 0 and container.id != host and proc.cmdline contains {_tag}
              output: started %proc.cmdline in %container.name
              priority: DEBUG

            """);
        string[] fields = ["container.id", "container.name", "container.image", "container.image.repository", "container.image.tag", "container.lookup", "proc.name", "proc.cmdline"];
        var config = LiveSensor.Configuration(fields, [rules]) + $$"""
            container_metadata: {request_timeout_ms: 400, alert_hold_ms: 300}
            plugins:
              - name: container
                library_path: libcontainer.so
                init_config:
                  engines:
                    docker: {enabled: true, sockets: ['{{Docker}}']}
                    podman: {enabled: true, sockets: ['{{Podman}}']}
                    containerd: {enabled: true, sockets: ['{{_folder.Path}}/nobody.sock']}
                    cri: {enabled: true, sockets: ['{{_folder.Path}}/nobody.sock']}

            """;
        var sensor = SensorProcess.Start("-c", _folder.Write("sensor.yaml", config));
        try
        {
            var id = _runc.Start(terminal: false, "sleep", "300");
            sensor.WaitUntilItWatches(() => _runc.Exec(id, 0, "deeds", "nothing", $"{_tag}-ready"), alert => alert.Rule == Started);
            _runc.Remove(id);
            return sensor;
        }
        catch
        {
            sensor.Dispose();
            throw;
        }
    }

    private Alert Alert(SensorProcess sensor, string id)
    {
        var word = $"{_tag}-{++_words}-";
        _runc.Exec(id, 0, "deeds", "nothing", word).Succeeded();
        return sensor.Expect(Started, a => a["container.id"] == id && a["proc.name"] == "deeds" && LiveSensor.Speaks(a, word));
    }

    private Alert Until(SensorProcess sensor, string id, Func<Alert, bool> isRight)
    {
        Alert? last = null;
        for (var i = 0; i < 150; i++, Thread.Sleep(100))
            if (isRight(last = Alert(sensor, id))) return last;
        throw new Xunit.Sdk.XunitException($"the alerts did not become what they should; the last one: {last}\n{sensor.Logged}");
    }
}
