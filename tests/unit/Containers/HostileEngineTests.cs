using System.Net.Sockets;
using System.Text;
using Peregrine.Containers;
using Peregrine.Containers.Engines;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;
using static Peregrine.UnitTests.Containers.DirectoryTests;

namespace Peregrine.UnitTests.Containers;

/// <summary>Whatever sits behind a socket, a question gets an answer or a reason, memory stays bounded, and an engine that comes to its senses is asked again.</summary>
public sealed class HostileEngineTests : IDisposable
{
    private const string Id = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(0.5);
    private readonly string _folder = Directory.CreateTempSubdirectory("peregrine-hostile-").FullName;

    private string Socket => Path.Combine(_folder, "e.sock");

    public static TheoryData<string> Languages => ["docker", "podman", "containerd", "cri"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Languages))]
    public void ASocketThatAcceptsAndNeverAnswers(string language)
    {
        using var engine = new FakeEngine(Socket, (_, cancel) => FakeEngine.ForEverAsync(cancel));
        Assert.Contains($"{language} at {Socket}: no answer within 0.5 s", Failure(language, Brief), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void ASocketThatHangsUpAtOnce(string language)
    {
        using var engine = new FakeEngine(Socket, (_, _) => Task.CompletedTask);
        Assert.StartsWith($"{language} at {Socket}: ", Failure(language, Long), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void ASocketThatSpeaksAnotherLanguage(string language)
    {
        using var engine = new FakeEngine(Socket, async (stream, cancel) =>
        {
            await stream.WriteAsync("220 mail.example ESMTP ready, and no container engine at all\r\n"u8.ToArray(), cancel);
            await stream.CopyToAsync(Stream.Null, cancel);
        });
        Assert.StartsWith($"{language} at {Socket}: ", Failure(language, Long), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], bool, string> Frames => new()
    {
        { "containerd", FakeGrpcEngine.Frame(0, uint.MaxValue, 1, 2, 3), false, "an answer of 4294967295 bytes" },
        { "cri", FakeGrpcEngine.Frame(0, uint.MaxValue, 1, 2, 3), false, "an answer of 4294967295 bytes" },
        { "cri", FakeGrpcEngine.Frame(1, 3, 1, 2, 3), false, "an answer that is compressed" },
        { "cri", FakeGrpcEngine.Frame(0, 30, 1, 2, 3), true, "an answer that breaks off" },
        { "cri", [0, 0, 0], true, "an answer that breaks off" },
        { "cri", [], true, "no answer in a call that ended well" },
        // A field of 127 bytes that are not there.
        { "cri", FakeGrpcEngine.Frame(0, 2, 0x12, 0x7f), true, "an answer that is no message" },
        { "cri", [.. FakeGrpcEngine.Frame(0, 0), .. FakeGrpcEngine.Frame(0, 0)], true, "more than one answer to a call" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void AGrpcServerThatMakesNoSense(string language, byte[] answer, bool ends, string reason)
    {
        using var engine = new FakeGrpcEngine(Socket, answer, ends);
        Assert.Contains(reason, Failure(language, Long), StringComparison.Ordinal);
    }

    /// <summary>The time limit is that of the whole answer: a byte now and then does not move it.</summary>
    [Fact]
    public void AnAnswerThatDribblesForEver()
    {
        using var engine = new FakeEngine(Socket, (path, stream, cancel) => path.Contains(Id, StringComparison.Ordinal) ? Dribble(stream, cancel) : Well(path, stream, cancel));
        Assert.Contains("no answer within 0.5 s", Failure("docker", Brief), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAnswerThatComesByteByByteIsReadToItsEnd()
    {
        using var engine = new FakeEngine(Socket, async (path, stream, cancel) =>
        {
            if (!path.StartsWith("/containers/", StringComparison.Ordinal))
            {
                await Well(path, stream, cancel);
                return;
            }
            foreach (var one in Encoding.ASCII.GetBytes($"HTTP/1.1 200 X\r\nContent-Length: {Description.Length}\r\n\r\n{Description}")) await stream.WriteAsync(new[] { one }, cancel);
        });
        using var directory = Start("docker", Long);
        var container = Ask(directory);
        Until(directory, () => container.Lookup == ContainerLookup.Answered);
        Assert.Equal("web", World.Text(container.Details!.Name));
    }

    [Fact]
    public void AnAnswerWithoutEndIsCutOff()
    {
        using var engine = new FakeEngine(Socket, (path, stream, cancel) => path.Contains(Id, StringComparison.Ordinal) ? Flood(stream, cancel) : Well(path, stream, cancel));
        Assert.Contains("an answer of more than 16 MB", Failure("docker", Long), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEventWithoutEndCostsTheStreamAndNothingElse()
    {
        using var engine = new FakeEngine(Socket, (path, stream, cancel) => path.StartsWith("/events", StringComparison.Ordinal) ? Flood(stream, cancel) : Well(path, stream, cancel));
        using var directory = Start("docker", Long);
        Until(directory, () => directory.Engines[0].Counters.Connects >= 2);
        var container = Ask(directory);
        Until(directory, () => container.Lookup == ContainerLookup.Answered);
    }

    [Fact]
    public void AnEngineThatStumblesIsAskedAgain()
    {
        var questions = 0;
        using var engine = new FakeEngine(Socket, (path, stream, cancel) =>
            path.Contains(Id, StringComparison.Ordinal) && Interlocked.Increment(ref questions) <= 2 ? FakeEngine.AnswerAsync(stream, "{}", 500) : Well(path, stream, cancel));
        using var directory = Start("docker", Long);
        var container = Ask(directory);
        Until(directory, () => container.Lookup == ContainerLookup.Failed);
        Assert.Contains("status 500", World.Text(container.Reason), StringComparison.Ordinal);
        Until(directory, () => container.Lookup == ContainerLookup.Answered);
        Assert.Equal((2L, 3L), (directory.Engines[0].Counters.Failures, directory.Engines[0].Counters.Lookups));
    }

    /// <summary>Like a daemon that is stopped and goes on: its socket takes connections all the while.</summary>
    [Fact]
    public void AnEngineThatHangsForAWhileIsFoundAgain()
    {
        var hangs = false;
        using var engine = new FakeEngine(Socket, (path, stream, cancel) => Volatile.Read(ref hangs) ? FakeEngine.ForEverAsync(cancel) : Well(path, stream, cancel));
        using var directory = Start("docker", Brief);
        var first = Ask(directory);
        Until(directory, () => first.Lookup == ContainerLookup.Answered);
        Volatile.Write(ref hangs, true);
        var others = Enumerable.Range(1, 4).Select(i => Ask(directory, i.ToString("x64"))).ToList();
        Until(directory, () => others.All(c => c.Lookup == ContainerLookup.Failed));
        Until(directory, () => directory.Engines[0].State == EngineState.Failing);
        // While it is known to hang, nobody waits for it.
        var late = Ask(directory, 5.ToString("x64"));
        Until(directory, () => late.Lookup == ContainerLookup.Failed);
        Volatile.Write(ref hangs, false);
        Until(directory, () => others.Append(late).All(c => c.Lookup == ContainerLookup.Answered));
    }

    private const string Description = $$$"""{"Id":"{{{Id}}}","Name":"/web","Image":"sha256:abc","Config":{"Image":"nginx:1.25"},"HostConfig":{"Privileged":true}}""";

    private static async Task Dribble(NetworkStream stream, CancellationToken cancel)
    {
        await stream.WriteAsync("HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), cancel);
        for (; ; await Task.Delay(10, cancel)) await stream.WriteAsync(" "u8.ToArray(), cancel);
    }

    private static async Task Flood(NetworkStream stream, CancellationToken cancel)
    {
        await FakeEngine.BeginStreamAsync(stream);
        var spaces = new byte[256 * 1024];
        spaces.AsSpan().Fill((byte)' ');
        while (true) await stream.WriteAsync(spaces, cancel);
    }

    private static async Task Well(string path, NetworkStream stream, CancellationToken cancel)
    {
        if (path.StartsWith("/events", StringComparison.Ordinal))
        {
            await FakeEngine.BeginStreamAsync(stream);
            await FakeEngine.ForEverAsync(cancel);
        }
        else
        {
            await FakeEngine.AnswerAsync(stream, path.StartsWith("/containers/", StringComparison.Ordinal) ? Description.Replace(Id, path.Split('/')[2], StringComparison.Ordinal) : "{}");
        }
    }

    /// <summary>Asks about a container; what is told of the failure.</summary>
    private string Failure(string language, TimeSpan limit)
    {
        using var directory = Start(language, limit);
        var container = Ask(directory, Id, language switch { "podman" => ContainerEngine.Podman, "docker" => ContainerEngine.Docker, _ => ContainerEngine.Containerd });
        Until(directory, () => container.Lookup == ContainerLookup.Failed);
        Assert.Null(container.Details);
        return World.Text(container.Reason);
    }

    private ContainerDirectory Start(string language, TimeSpan limit)
    {
        EngineSockets Sockets(string name) => name == language ? new(true, [Socket]) : new(false, []);
        var options = new ContainerOptions
        {
            Docker = Sockets("docker"),
            Podman = Sockets("podman"),
            Containerd = Sockets("containerd"),
            Cri = Sockets("cri"),
            ReadDisk = false,
            RequestTimeout = limit,
            ShortestPause = TimeSpan.FromMilliseconds(20),
            LongestPause = TimeSpan.FromMilliseconds(100),
        };
        var directory = new ContainerDirectory(options, new Wake(), () => { });
        directory.Start();
        return directory;
    }

    private static void Until(ContainerDirectory directory, Func<bool> condition)
    {
        var state = SpinWait.SpinUntil(() =>
        {
            directory.Deliver();
            return condition();
        }, TimeSpan.FromSeconds(60));
        Assert.True(state, string.Join('\n', directory.Engines.Select(e => $"{e.Engine}: {e.State} {e.Failure}, {e.Counters.Lookups} look-ups, {e.Counters.Failures} failures")));
    }
}
