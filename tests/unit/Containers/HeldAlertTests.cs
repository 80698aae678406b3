using System.Text;
using Peregrine.Containers;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Outputs;
using Peregrine.Rules;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Holding;
using Peregrine.State;
using Peregrine.UnitTests.Fields;
using Peregrine.UnitTests.Kernel.Proc;
using Peregrine.UnitTests.Rules;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Containers;

/// <summary>Which alerts wait for what their container is, in which order they go out, and when without an answer. The clock is the test's.</summary>
public sealed class HeldAlertTests : IDisposable
{
    private const EventType Type = EventType.SyscallExecve_19X;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly ManualTime _time = new();
    private readonly World _world = new();
    private readonly List<string> _out = [];
    private readonly EvaluationScratch _scratch = new();
    private readonly AlertMaker _alerts = new(
        new AlertOptions(Json: false, IncludeOutput: true, IncludeTags: false, IncludeMessage: false, IncludeOutputFields: false, IsoTime: false),
        new Dictionary<string, FieldCatalog> { [RuleSource.Syscall] = FieldTexts.Catalog }, "host", TimeZoneInfo.Utc);
    private RuleEngine _rules = null!;
    private HeldEvents _held = null!;

    private ContainerEntry A => _world.Thread(10).Container!;

    private ContainerEntry B => _world.Thread(20).Container!;

    public void Dispose() => _alerts.Dispose();

    [Fact]
    public void TheEventsOfAContainerGoOutInTheirOrderWithTheAnswer()
    {
        Begin(Rule("all", "container.id != host", "%proc.name in %container.name"));
        Run(10, "first");
        Run(10, "second");
        Run(11, "third");
        Assert.Equal((0, 3), (_out.Count, _held.Waiting));
        Learn(A, "web");
        Assert.Equal(["first in web", "second in web", "third in web"], _out);
        Assert.Equal((0, 3UL, 0UL, 0UL), (_held.Waiting, _held.Held, _held.Expired, _held.Displaced));
        Run(10, "later");
        Assert.Equal("later in web", _out[^1]);
    }

    [Fact]
    public void AfterAReloadTheNewMakerMakesThem()
    {
        Begin(Rule("all", "container.id != host", "%proc.name in %container.name"));
        using var next = new AlertMaker(
            new AlertOptions(Json: true, IncludeOutput: true, IncludeTags: false, IncludeMessage: false, IncludeOutputFields: false, IsoTime: false),
            new Dictionary<string, FieldCatalog> { [RuleSource.Syscall] = FieldTexts.Catalog }, "host", TimeZoneInfo.Utc);
        _held.TakeUp(next);
        _alerts.Dispose();
        Run(10, "first");
        Learn(A, "web");
        // The text stands in an object of JSON.
        Assert.StartsWith("first in web\",", Assert.Single(_out), StringComparison.Ordinal);
    }

    [Fact]
    public void TheTimeRunsFromTheContainersFirstEvent()
    {
        Begin(Rule("all", "container.id != host", "%proc.name in %container.name"));
        Run(10, "first");
        _time.Advance(Patience - OneMillisecond);
        Run(10, "second");
        Look();
        Assert.Empty(_out);
        Assert.Equal(OneMillisecond, _held.Sleep(TimeSpan.FromSeconds(1)));
        _time.Advance(OneMillisecond);
        Look();
        Assert.Equal(["first in <NA>", "second in <NA>"], _out);
        Assert.Equal((0, 2UL), (_held.Waiting, _held.Expired));
        // Its time is over: what comes now waits no more, and the answer is for those after it.
        Run(10, "third");
        Assert.Equal("third in <NA>", _out[^1]);
        Learn(A, "web");
        Run(10, "fourth");
        Assert.Equal(["third in <NA>", "fourth in web"], _out[2..]);
    }

    [Fact]
    public void EachContainerHasItsOwnTime()
    {
        Begin(Rule("all", "container.id != host", "%proc.name in %container.name"));
        Run(10, "a");
        _time.Advance(Patience / 2);
        Run(20, "b");
        _time.Advance(Patience / 2);
        Look();
        Assert.Equal(["a in <NA>"], _out);
        Learn(B, "db");
        Assert.Equal(["a in <NA>", "b in db"], _out);
    }

    [Fact]
    public void TheHostAndKnownContainersWaitForNobody()
    {
        Begin(Rule("all", "evt.type = execve", "%proc.name in %container.name"));
        Run(10, "waits");
        Run(1, "host");
        Learn(B, "db");
        Run(20, "known");
        Assert.Equal(["host in host", "known in db"], _out);
    }

    [Fact]
    public void ARuleThatAsksForNothingOfTheContainerWaitsOnlyBehindOthersOfIt()
    {
        Begin(Rule("named", "proc.name = named", "%proc.name in %container.name"), Rule("plain", "proc.name startswith plain", "%proc.name"));
        Run(10, "plain-1");
        Assert.Equal(["plain-1"], _out);
        Run(10, "named");
        Run(10, "plain-2");
        Assert.Equal(["plain-1"], _out);
        Learn(A, "web");
        Assert.Equal(["plain-1", "named in web", "plain-2"], _out);
    }

    [Theory]
    [InlineData(true, "privileged")]
    [InlineData(false, "any")]
    public void OfRulesWhereTheFirstMatchCountsTheOneThatMayComeFirstIsWaitedFor(bool privileged, string rule)
    {
        Begin(RuleMatching.First, Rule("privileged", "container.privileged = true", "privileged"), Rule("any", "container.id != host", "any"), Rule("never", "container.id != host", "never"));
        Run(10, "sh");
        Assert.Empty(_out);
        Learn(A, "web", privileged);
        Assert.Equal([rule], _out);
        Assert.Equal((privileged ? 1 : 0, privileged ? 0 : 1, 0), (_rules.Matches(0), _rules.Matches(1), _rules.Matches(2)));
    }

    [Fact]
    public void AConditionThatTheAnswerDeniesGivesNoAlert()
    {
        Begin(Rule("privileged", "container.privileged = true", "privileged"));
        Run(10, "sh");
        Learn(A, "web", privileged: false);
        _time.Advance(Patience);
        Look();
        Assert.Equal((0, 0, 0UL), (_out.Count, _held.Waiting, _held.Expired));
    }

    /// <summary>Without an answer a condition is asked as things stand: what is not known is not true.</summary>
    [Fact]
    public void AConditionThatIsStillOpenAtTheDeadlineIsDecidedAsItIs()
    {
        Begin(Rule("privileged", "container.privileged = true", "privileged"), Rule("not", "not container.privileged = true", "not privileged"));
        Run(10, "sh");
        _time.Advance(Patience);
        Look();
        Assert.Equal(["not privileged"], _out);
    }

    [Fact]
    public void AnswersInPortionsReleaseWhatTheySuffice()
    {
        Begin(Rule("named", "proc.name = named", "%proc.name in %container.name"), Rule("image", "proc.name = image", "%proc.name of %container.image.repository"));
        Run(10, "named");
        Run(10, "image");
        A.Learn(new ContainerDetails { Known = ContainerFacts.Name, Name = "web"u8.ToArray() }, ContainerLookup.Waiting);
        _held.OnLearned(A, _rules, _world.State);
        Assert.Equal(["named in web"], _out);
        Learn(A, "web");
        Assert.Equal(["named in web", "image of nginx"], _out);
    }

    /// <summary>The name is on disk at once, but why others are missing is known only when the engine has been heard, or the time is over.</summary>
    [Fact]
    public void HowTheQuestionStandsIsToldWhenItIsOver()
    {
        Begin(Rule("all", "container.id != host", "%container.name %container.lookup"));
        Run(10, "a");
        Run(20, "b");
        foreach (var container in new[] { A, B })
        {
            container.Learn(new ContainerDetails { Known = ContainerFacts.Name, Name = "web"u8.ToArray() }, ContainerLookup.Waiting);
            _held.OnLearned(container, _rules, _world.State);
        }
        Assert.Empty(_out);
        Learn(A, "web");
        _time.Advance(Patience);
        Look();
        Assert.Equal(["web answered", "web waiting"], _out);
    }

    [Fact]
    public void WhenTheRoomIsFullTheLongestHeldGoesOutAsItIs()
    {
        Begin(2, RuleMatching.All, Rule("all", "container.id != host", "%proc.name in %container.name"));
        Run(10, "a1");
        _time.Advance(OneMillisecond);
        Run(20, "b1");
        Run(20, "b2");
        Assert.Equal(["a1 in <NA>"], _out);
        Run(10, "a2");
        Assert.Equal(["a1 in <NA>", "a2 in <NA>"], _out);
        Assert.Equal((2, 2UL), (_held.Waiting, _held.Displaced));
        Learn(B, "db");
        Assert.Equal(["b1 in db", "b2 in db"], _out[2..]);
    }

    [Fact]
    public void AtTheEndAllGoOut()
    {
        Begin(Rule("all", "container.id != host", "%proc.name in %container.name"));
        Run(10, "a");
        Run(20, "b");
        _held.ReleaseAll(_rules, _world.State);
        Assert.Equal(["a in <NA>", "b in <NA>"], _out.Order());
        Assert.Equal(0, _held.Waiting);
    }

    [Fact]
    public void WithoutPatienceNothingWaits()
    {
        Begin(0, RuleMatching.All, Rule("all", "container.id != host", "%proc.name in %container.name"));
        Run(10, "a");
        Assert.Equal(["a in <NA>"], _out);
        Assert.Equal(0UL, _held.Held);
    }

    private static string Rule(string name, string condition, string output) => $"""
        - rule: {name}
          desc: d
          condition: evt.type = execve and {condition}
          output: "*{output}"
          priority: INFO

        """;

    private void Begin(params string[] rules) => Begin(100, RuleMatching.All, rules);

    private void Begin(RuleMatching matching, params string[] rules) => Begin(100, matching, rules);

    private void Begin(int room, RuleMatching matching, params string[] rules)
    {
        _rules = new RuleEngine(RuleFiles.Loaded(string.Concat(rules)).Rules, [], matching);
        _held = new HeldEvents(_alerts, new ContainerSettings(new ContainerOptions(), new HashSet<string>(), null, Patience, room), (_, alert) => _out.Add(Text(alert)), _time);
        Container(10, 'a');
        _world.Fork(10, 11);
        Container(20, 'b');
        Assert.Same(A, _world.Thread(11).Container);
    }

    private void Container(long pid, char id)
    {
        _world.Fork(1, pid);
        _world.Exec(pid, "/bin/sh", cgroups: $"cpu=/docker/{new string(id, 64)} memory=/docker/{new string(id, 64)}");
        _world.Thread(pid).Container!.Learn(null, ContainerLookup.Waiting);
    }

    /// <summary>The thread starts a program of this name, and the sensor looks at it as it does live.</summary>
    private void Run(long tid, string name)
    {
        _world.Thread(tid).Comm = Encoding.UTF8.GetBytes(name);
        _world.Event(Type, tid, static (ref w) =>
        {
            for (var i = 0; i < EventSchema.Get(Type).Params.Length; i++) w.Empty();
        }, (ref context) =>
        {
            context.Thread!.Comm = Encoding.UTF8.GetBytes(name);
            if (_held.Takes(ref context, _rules)) _held.Match(ref context, _scratch, _rules);
            else _rules.Match(ref context, _scratch, new AtOnce(this));
        });
    }

    private void Learn(ContainerEntry container, string name, bool privileged = false)
    {
        container.Learn(new ContainerDetails
        {
            Known = ContainerFacts.Name | ContainerFacts.Privileged | ContainerFacts.Image,
            Name = Encoding.UTF8.GetBytes(name),
            Privileged = privileged,
            ImageRepository = "nginx"u8.ToArray(),
        }, ContainerLookup.Answered);
        _held.OnLearned(container, _rules, _world.State);
    }

    private void Look() => _held.Look(_rules, _world.State);

    /// <summary>The output without the time and the priority before it.</summary>
    private static string Text(Alert alert) => Encoding.UTF8.GetString(alert.Body.Span).Split(": Informational ", 2)[^1];

    private sealed class AtOnce(HeldAlertTests test) : IAlertSink
    {
        public void OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch) => test._out.Add(Text(test._alerts.Make(rule, ref context, scratch)));
    }
}
