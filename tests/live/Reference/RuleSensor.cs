using System.Text.RegularExpressions;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Reference;

/// <summary>
/// One sensor with all rules of the three files that people have today, those that are off as shipped switched on, every match told; and the places where deeds are done: the host, a network
/// namespace, a container as runc makes it, another that may do everything.
/// </summary>
public sealed partial class RuleSensor : IDisposable
{
    private readonly LiveFolder _own = new("rules");
    private readonly LiveFolder _scratch = new();
    private int _deeds;
    private NetworkPlace? _network;
    private RuleContainers? _containers;

    public RuleSensor()
    {
        Assert.SkipWhen(Repository.ReferenceRules is null, "the reference's rule files are not here");
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        try
        {
            Program = new DeedProgram(Path.Combine(_own.Path, "bin"));
            // In this order: the later ones use lists and macros of their own under names that the first has too.
            var rules = new[] { "falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml" }.Select(name => Path.Combine(Repository.ReferenceRules!, name)).ToArray();
            var config = LiveSensor.Configuration([.. Fields, .. LiveSensor.Fields], rules) + "rules:\n  - enable:\n      rule: '*'\n";
            // The hosts that rules name are at addresses of the tests, for this sensor alone.
            var hosts = _own.Write("hosts", $"127.0.0.1 localhost\n{NetworkPlace.Cluster} kubernetes.default.svc.cluster.local\n{NetworkPlace.MinerPool} xmr.crypto-pool.fr\n");
            Sensor = SensorProcess.StartBy("/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", hosts, Repository.Sensor,
                "-c", _own.Write("rules.yaml", config));
            Sensor.WaitUntilItWatches(() => Command.Shell("cat /etc/shadow > /dev/null"), alert => alert.Rule == "Read sensitive file untrusted");
        }
        catch
        {
            // xunit does not dispose of a fixture that could not be made.
            Dispose();
            throw;
        }
    }

    public SensorProcess Sensor { get; } = null!;

    public DeedProgram Program { get; } = null!;

    public NetworkPlace Network => _network ??= new NetworkPlace();

    public RuleContainers Containers => _containers ??= new RuleContainers(Program);

    /// <summary>Parent, grandparent and so on: by them an alert is known as a deed's.</summary>
    private static readonly string[] Ancestors = [.. Enumerable.Range(1, 8).Select(generation => $"proc.apid[{generation}]")];

    private static IReadOnlyList<string> Fields { get; } =
        [.. Ancestors, "evt.res", "fd.num", "fd.sip.name", "fd.lip", "fd.rip", "proc.vpid", "proc.exeline", "proc.env", "user.loginuid", "thread.cap_effective", "container.name", "container.privileged", "container.image.repository"];

    /// <summary>A line for the host's shell.</summary>
    public Deed OnTheHost(string line)
    {
        var (text, folder) = Fill(line, name => Program.Named(name), _scratch.Path);
        return new Deed(Command.Run("/bin/bash", "-c", text + "\ntrue"), folder, "host");
    }

    /// <summary>The same in a network namespace that has nothing but addresses of its own.</summary>
    public Deed InANetwork(string line)
    {
        var (text, folder) = Fill(line, name => Program.Named(name), _scratch.Path);
        return new Deed(Command.Run("/usr/bin/nsenter", $"--net={Network.Path}", "/bin/bash", "-c", text + "\ntrue"), folder, "host");
    }

    /// <summary>A line for the shell of a container.</summary>
    public Deed InAContainer(string line, ContainerKind kind)
    {
        var (text, folder) = Fill(line, name => "/bin/" + name, "/tmp");
        return new Deed(Containers.Run(kind, text), folder, Containers.Id(kind));
    }

    /// <summary>A shell with a line, on a terminal that the engine gives it.</summary>
    public Deed OnATerminal(string line) => new(Containers.RunOnATerminal(ContainerKind.Plain, line), "", Containers.Id(ContainerKind.Plain));

    /// <summary>The alert of a rule about a deed. It must say all of <paramref name="says"/>: <c>field=value; field=value</c>.</summary>
    public Alert Expect(string rule, Deed deed, string says)
    {
        var alert = Sensor.Expect(rule, a => IsBy(a, deed) && Saying(says, deed).All(p => a[p.Field] == p.Value), () => $"\nthe deed ended with {deed.Result.ExitCode}: {deed.Result.Output}{deed.Result.Error}\n" +
            "its alerts:\n" + string.Join('\n', Sensor.Alerts(a => IsBy(a, deed)).Select(a => "  " + a)));
        return alert;
    }

    /// <summary>No such alert of this deed, when all that came before another deed's alert has been read.</summary>
    /// <param name="rule">Its name.</param>
    /// <param name="deed">What was done.</param>
    /// <param name="about">Only the part of the deed with this command line.</param>
    public void ExpectNone(string rule, Deed deed, string? about = null)
    {
        Expect("Read sensitive file untrusted", OnTheHost("cat /etc/shadow > /dev/null"), "");
        Assert.DoesNotContain(Sensor.Alerts(a => a.Rule == rule), a => IsBy(a, deed) && (about is null || a["proc.cmdline"] == about));
    }

    public void Dispose()
    {
        _containers?.Dispose();
        _network?.Dispose();
        if (Sensor is not null)
        {
            if (!Sensor.HasExited) Sensor.Stop();
            Sensor.Dispose();
        }
        _scratch.Dispose();
        _own.Dispose();
    }

    /// <summary>Whether one of the deed's processes did it, in the deed's place.</summary>
    private static bool IsBy(Alert alert, Deed deed)
    {
        if (alert["container.id"] != deed.Container) return false;
        var pid = $"{deed.Result.Pid}";
        return alert["proc.pid"] == pid || Ancestors.Any(ancestor => alert[ancestor] == pid);
    }

    private static IEnumerable<(string Field, string Value)> Saying(string says, Deed deed) =>
        says.Replace("{dir}", deed.Folder, StringComparison.Ordinal).Split("; ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1]));

    /// <summary>{dir} becomes a folder for this deed alone, any other {name} the driver under that name.</summary>
    private (string Text, string Folder) Fill(string line, Func<string, string> named, string parent)
    {
        var folder = $"{parent}/deed-{++_deeds}";
        var text = Words().Replace(line, match => match.Groups[1].Value == "dir" ? folder : named(match.Groups[1].Value));
        return ((text.Contains(folder, StringComparison.Ordinal) ? $"mkdir -p {folder}\n" : "") + text, folder);
    }

    [GeneratedRegex(@"\{([a-z][\w.+-]*)\}")]
    private static partial Regex Words();
}

/// <summary>What was done, and where its traces are.</summary>
public sealed record Deed(CommandResult Result, string Folder, string Container);

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RuleCollection : ICollectionFixture<RuleSensor>
{
    public const string Name = "rules";
}
