using System.Diagnostics;
using Peregrine.Containers;
using Peregrine.Containers.Engines;
using Peregrine.Kernel;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Containers;

/// <summary>The directory asks engines that answer well, badly, late or never, and tells the worker what came of it.</summary>
public sealed class DirectoryTests : IDisposable
{
    private const string Id = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
    private readonly string _folder = Directory.CreateTempSubdirectory("peregrine-directory-").FullName;

    private string Socket => Path.Combine(_folder, "d.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AnEngineThatAnswersIsBelieved()
    {
        using var engine = new FakeEngine(Socket, Well);
        using var directory = Start();
        var container = Ask(directory);
        Assert.Equal(ContainerLookup.Waiting, container.Lookup);
        Await(directory, container, ContainerLookup.Answered);
        Assert.Equal(("web", "nginx", "1.25", true), (World.Text(container.Details!.Name), World.Text(container.Details.ImageRepository), World.Text(container.Details.ImageTag), container.Details.Privileged));
        Assert.Equal((1L, 0L), (directory.Engines[0].Counters.Lookups, directory.Engines[0].Counters.Failures));
    }

    [Fact]
    public void AnEngineThatNeverAnswersIsGivenUpWithAReason()
    {
        using var engine = new FakeEngine(Socket, (_, _, cancel) => FakeEngine.ForEverAsync(cancel));
        using var directory = Start(TimeSpan.FromSeconds(0.3));
        var container = Ask(directory);
        Await(directory, container, ContainerLookup.Failed);
        Assert.Contains("no answer within 0.3 s", World.Text(container.Reason), StringComparison.Ordinal);
        Assert.Contains(Socket, World.Text(container.Reason), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\n{{{{")]
    [InlineData("HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n[]")]
    [InlineData("HTTP/1.1 200 X\r\nContent-Length: 20\r\n\r\n{\"Id\":\"anotherone\"  ")]
    [InlineData("HTTP/1.1 200 X\r\nContent-Length: 30000000\r\n\r\n{")]
    public void AnEngineThatMakesNoSenseIsNotBelieved(string answer)
    {
        using var engine = new FakeEngine(Socket, (path, stream, cancel) => path.Contains(Id, StringComparison.Ordinal)
            ? stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), cancel).AsTask()
            : Well(path, stream, cancel));
        using var directory = Start();
        var container = Ask(directory);
        Await(directory, container, ContainerLookup.Failed);
        Assert.Null(container.Details);
        var counters = directory.Engines[0].Counters;
        Assert.Equal((counters.Lookups, 0L, 0L), (counters.Failures, counters.Timeouts, counters.Unknown));
    }

    [Fact]
    public void AnEngineThatVanishesAndReturnsIsAskedAgain()
    {
        using var directory = Start();
        var container = Ask(directory);
        Await(directory, container, ContainerLookup.NoEngine);
        using (new FakeEngine(Socket, Well)) Await(directory, container, ContainerLookup.Answered);
        var second = Ask(directory, Id.Replace('5', '6'));
        AwaitAny(directory, second, ContainerLookup.NoEngine, ContainerLookup.Failed);
        using var again = new FakeEngine(Socket, Well);
        Await(directory, second, ContainerLookup.Answered);
        Assert.Equal(2, directory.Engines[0].Counters.Connects);
    }

    [Fact]
    public void AQuestionFindsAnEngineThatHasComeSinceTheLastLook()
    {
        using var directory = Start(socketInterval: TimeSpan.FromHours(1));
        Await(directory, Ask(directory, Id.Replace('5', '6')), ContainerLookup.NoEngine);
        using var engine = new FakeEngine(Socket, Well);
        Await(directory, Ask(directory), ContainerLookup.Answered);
    }

    [Fact]
    public void AnEngineThatComesIsFoundWithoutAQuestion()
    {
        using var directory = Start();
        Await(directory, Ask(directory), ContainerLookup.NoEngine);
        using var engine = new FakeEngine(Socket, Well);
        var clock = Stopwatch.StartNew();
        while (directory.Engines[0].State != EngineState.Ready)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"still {directory.Engines[0].State}");
            Thread.Sleep(1);
        }
    }

    [Fact]
    public void AnEngineTellsOfItsContainersBeforeTheyAreAskedAbout()
    {
        using var asked = new ManualResetEventSlim();
        using var engine = new FakeEngine(Socket, async (path, stream, cancel) =>
        {
            await Well(path, stream, $$$"""{"Action":"create","Actor":{"ID":"{{{Id}}}"}}""", cancel);
            if (path.Contains("/images/", StringComparison.Ordinal)) asked.Set();
        });
        using var directory = Start();
        Assert.True(asked.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        var container = Ask(directory);
        Await(directory, container, ContainerLookup.Answered);
        Assert.Equal(1, directory.Engines[0].Counters.Lookups);
    }

    [Fact]
    public void TenThousandContainersAreAllKnownInTheEnd()
    {
        using var engine = new FakeEngine(Socket, Well);
        using var directory = Start();
        var containers = Enumerable.Range(0, 5000).Select(i => Ask(directory, i.ToString("x64"))).ToList();
        containers.AddRange(Enumerable.Range(5000, 5000).Select(i =>
        {
            if (i % 500 == 0) Thread.Sleep(100);
            directory.Deliver();
            return Ask(directory, i.ToString("x64"));
        }));
        foreach (var container in containers.Where(c => c.Lookup != ContainerLookup.Failed)) Await(directory, container, ContainerLookup.Answered);
        Assert.All(containers, c => Assert.Equal(c.Lookup == ContainerLookup.Failed, World.Text(c.Reason) == "too many containers at once"));
        Assert.Equal((ulong)containers.Count(c => c.Lookup == ContainerLookup.Failed), directory.Refused);
    }

    private static Task Well(string path, System.Net.Sockets.NetworkStream stream, CancellationToken cancel) => Well(path, stream, "", cancel);

    private static async Task Well(string path, System.Net.Sockets.NetworkStream stream, string firstEvent, CancellationToken cancel)
    {
        if (path.StartsWith("/events", StringComparison.Ordinal))
        {
            await FakeEngine.BeginStreamAsync(stream);
            if (firstEvent.Length > 0) await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(firstEvent + "\n"), cancel);
            await FakeEngine.ForEverAsync(cancel);
        }
        else if (path.StartsWith("/containers/", StringComparison.Ordinal))
        {
            var id = path.Split('/')[2];
            await FakeEngine.AnswerAsync(stream, $$$"""{"Id":"{{{id}}}","Name":"/web","Image":"sha256:abc","Config":{"Image":"nginx:1.25"},"HostConfig":{"Privileged":true}}""");
        }
        else
        {
            await FakeEngine.AnswerAsync(stream, "{}");
        }
    }

    private ContainerDirectory Start(TimeSpan? timeout = null, TimeSpan? socketInterval = null)
    {
        var none = new EngineSockets(false, []);
        var options = new ContainerOptions
        {
            Docker = new EngineSockets(true, [Socket]),
            Podman = none,
            Containerd = none,
            Cri = none,
            ReadDisk = false,
            RequestTimeout = timeout ?? TimeSpan.FromSeconds(60),
            SocketInterval = socketInterval ?? TimeSpan.FromMilliseconds(20),
            ShortestPause = TimeSpan.FromMilliseconds(20),
            LongestPause = TimeSpan.FromMilliseconds(100),
        };
        var directory = new ContainerDirectory(options, new Wake(), () => { });
        directory.Start();
        return directory;
    }

    internal static ContainerEntry Ask(ContainerDirectory directory, string id = Id, ContainerEngine engine = ContainerEngine.Docker)
    {
        var world = new World();
        var entry = new ContainerEntry { Engine = engine, FullId = System.Text.Encoding.ASCII.GetBytes(id), Id = System.Text.Encoding.ASCII.GetBytes(id[..12]) };
        directory.Ask(entry, world.Thread(1), world.State);
        return entry;
    }

    private static void Await(ContainerDirectory directory, ContainerEntry container, ContainerLookup lookup) => AwaitAny(directory, container, lookup, lookup);

    private static void AwaitAny(ContainerDirectory directory, ContainerEntry container, ContainerLookup one, ContainerLookup other)
    {
        var clock = Stopwatch.StartNew();
        while (container.Lookup != one && container.Lookup != other)
        {
            directory.Deliver();
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"still {container.Lookup}: {World.Text(container.Reason)}");
            Thread.Sleep(1);
        }
    }

    internal sealed class Wake : IWakeUp
    {
        private readonly WakeEvent _event = new();

        public void Signal() => _event.Signal();

        public void Wait(TimeSpan timeout) => _event.Wait(timeout);

        public void Dispose() => _event.Dispose();
    }
}
