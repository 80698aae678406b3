using System.Globalization;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Users and groups: added while the sensor runs, known to the name service alone, of a container's own files, and in user namespaces.</summary>
[Collection(LiveCollection.Name)]
public sealed class AccountScenarios(LiveSensor sensor) : IDisposable
{
    private const string Dropped = "/run/userdb";

    /// <summary>Ids that no machine gives out, another one for each test.</summary>
    private static int _lastId = 730_000 + (Environment.ProcessId % 10_000 * 8);

    private readonly List<Action> _undo = [];

    [Fact]
    public void AUserAddedWhileTheSensorRuns()
    {
        var (id, name) = NewAccount();
        // The sensor has asked for it before it is there.
        Assert.Equal(("<NA>", "<NA>"), Names(Run(id, "before")));
        Command.Run("/usr/sbin/groupadd", "-g", id, name).Succeeded();
        _undo.Add(() => Command.Run("/usr/sbin/groupdel", name));
        Command.Run("/usr/sbin/useradd", "-M", "-N", "-u", id, "-g", id, "-s", "/bin/sh", "-d", "/", name).Succeeded();
        _undo.Add(() => Command.Run("/usr/sbin/userdel", name));
        Await(id, alert => Names(alert) == (name, name));
    }

    /// <summary>Records that systemd's module of the name service reads; <c>/etc/passwd</c> has no word of them.</summary>
    [Fact]
    public void AUserThatOnlyTheNameServiceKnows()
    {
        Assert.SkipUnless(File.ReadLines("/etc/nsswitch.conf").Any(line => line.StartsWith("passwd:", StringComparison.Ordinal) && line.Contains("systemd", StringComparison.Ordinal)), "the name service has no source beyond files here: install libnss-systemd");
        var (id, name) = NewAccount();
        if (!Directory.Exists(Dropped)) _undo.Add(() => Directory.Delete(Dropped));
        Directory.CreateDirectory(Dropped);
        Drop(id, name, "user", $$"""{"userName":"{{name}}","uid":{{id}},"gid":{{id}},"homeDirectory":"/","shell":"/bin/sh"}""");
        Drop(id, name, "group", $$"""{"groupName":"{{name}}","gid":{{id}}}""");
        // It is asked in the background: the first alert does not wait for it.
        Await(id, alert => Names(alert) == (name, name));
    }

    [Fact]
    public void AUserAddedInARunningContainer() => InAContainer(userNamespace: false, (engine, id) =>
    {
        engine.Exec(id, 4813, "deeds", "nothing", $"{LiveSensor.Tag}-container-before").Succeeded();
        Assert.Equal("<NA>", sensor.Expect(LiveSensor.Started, a => a["container.id"] == id && LiveSensor.Speaks(a, "container-before"))["user.name"]);
        engine.Exec(id, 0, "sh", "-c", "echo late:x:4813:4813::/:/bin/sh >> /etc/passwd; echo lates:x:4813: >> /etc/group").Succeeded();
        Again(word =>
        {
            engine.Exec(id, 4813, "deeds", "nothing", word).Succeeded();
            return sensor.Expect(LiveSensor.Started, a => a["container.id"] == id && LiveSensor.Speaks(a, word));
        }, alert => Names(alert) == ("late", "lates"));
    });

    /// <summary>A container whose ids are shifted: the number is the machine's, the name that of the container's file.</summary>
    [Fact]
    public void AContainerInAUserNamespace() => InAContainer(userNamespace: true, (engine, id) =>
    {
        foreach (var (inside, user, group) in new[] { (0u, "root", "root"), (RootFileSystem.AppUser, "appuser", "appgroup") })
        {
            // The container's files are read aside from the events: on a busy machine the first alert goes out before.
            Again(word =>
            {
                engine.Exec(id, inside, "deeds", "nothing", word).Succeeded();
                var alert = sensor.Expect(LiveSensor.Started, a => a["container.id"] == id && a["proc.name"] == "deeds" && LiveSensor.Speaks(a, word));
                Assert.Equal($"{RuncEngine.FirstId + inside}", alert["user.uid"]);
                return alert;
            }, alert => Names(alert) == (user, group));
        }
    });

    /// <summary>Root of a user namespace is still the user who made it, and stays so through its setuid.</summary>
    [Fact]
    public void RootOfAUserNamespaceOnTheHostIsWhoMadeIt()
    {
        sensor.Deeds.Do("as", "65534", "65534", "/usr/bin/unshare", "--user", "--map-root-user", sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-own-root").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-own-root");
        Assert.Equal(("65534", "nobody", "host"), (alert["user.uid"], alert["user.name"], alert["container.id"]));
        // The namespace's map is read while the process is there: on a busy machine one that ends at once may be gone before.
        Again(word =>
        {
            var path = sensor.Folder.Write(word, "");
            sensor.Deeds.Do("as", "65534", "65534", "/usr/bin/unshare", "--user", "--map-root-user", sensor.Deeds.Path, "setuid-open", "0", path).Succeeded();
            return sensor.ExpectOpened(path);
        }, opened => (opened["user.uid"], opened["user.name"]) == ("65534", "nobody"));
    }

    [Fact]
    public void WhoLoggedInStaysThroughAChangeOfUser()
    {
        const string Own = "/proc/self/loginuid";
        Assert.SkipUnless(File.Exists(Own), "this kernel keeps no login ids");
        var result = Command.Run("/bin/sh", "-c", $"echo 65534 > {Own} && exec \"$0\" as 1 1 \"$0\" nothing {LiveSensor.Tag}-login", sensor.Deeds.Path);
        Assert.SkipUnless(result.ExitCode == 0, $"a login id cannot be set here: {result.Error}");
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-login");
        Assert.Equal(("65534", "nobody", "1", "daemon"), (alert["user.loginuid"], alert["user.loginname"], alert["user.uid"], alert["user.name"]));
    }

    public void Dispose()
    {
        foreach (var undo in _undo.AsEnumerable().Reverse()) undo();
    }

    private static (string Id, string Name) NewAccount()
    {
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        return (id, "pgn" + id);
    }

    private static (string? User, string? Group) Names(Alert alert) => (alert["user.name"], alert["group.name"]);

    private Alert Run(string id, string word)
    {
        var arguments = $"nothing {LiveSensor.Tag}-{id}-{word}";
        sensor.Deeds.Do("as", id, id, sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-{id}-{word}").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == arguments);
        Assert.Equal(id, alert["user.uid"]);
        return alert;
    }

    /// <summary>Does it again and again until the alert is right.</summary>
    private void Await(string id, Func<Alert, bool> isRight) => Again(word => Run(id, word), isRight);

    private static void Again(Func<string, Alert> deed, Func<Alert, bool> isRight)
    {
        Alert? last = null;
        for (var i = 0; i < 100; i++, Thread.Sleep(200))
            if (isRight(last = deed($"{LiveSensor.Tag}-{Guid.NewGuid():N}"))) return;
        throw new Xunit.Sdk.XunitException($"the account did not become known; the last alert: {last}");
    }

    private void Drop(string id, string name, string kind, string record)
    {
        var (file, link) = ($"{Dropped}/{name}.{kind}", $"{Dropped}/{id}.{kind}");
        File.WriteAllText(file, record);
        _undo.Add(() => File.Delete(file));
        File.CreateSymbolicLink(link, file);
        _undo.Add(() => File.Delete(link));
    }

    private void InAContainer(bool userNamespace, Action<RuncEngine, string> deed)
    {
        using var folder = new LiveFolder("accounts");
        using var engine = new RuncEngine(new RootFileSystem(folder.Path, sensor.Deeds.Path), sensor.Deeds.Path) { UserNamespace = userNamespace };
        deed(engine, engine.Start(terminal: false, "sleep", "300"));
    }
}
