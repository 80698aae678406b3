using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Routing;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Escalations;

/// <summary>What is open, over restarts.</summary>
public sealed class OpenAlertFileTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Route Route(string escalate = "{after: 15m, to: a, by: name}") => HubConfigurationReader.ReadText($$"""
        destinations: [{name: a, kind: webhook, address: 'http://localhost/a'}]
        routes: [{name: r, to: a, escalate: {{escalate}} }]
        """, _ => null).Routing.Routes[0];

    private OpenAlerts Read(long journalEnd = 1000, params Route[] routes) => new(routes, new OpenAlertFile(_folder.File("open.db")), journalEnd, NullLogger.Instance);

    [Fact]
    public async Task WhatWasSavedIsThereAgain()
    {
        var route = Route();
        List<OpenAlert> before;
        await using (var open = Read(1000, route))
        {
            // Names that C programs would cut, and letters of all lengths.
            foreach (var name in new[] { "x\0y", "x\0z", "ä 🐦", new string('k', 5000) }) open.Take(route, TestAlerts.Of(fields: ("name", name)), Start);
            open.Take(route, TestAlerts.Of(fields: ("name", "x\0y")), Start.AddMinutes(1));
            open.Save(500);
            open.Take(route, TestAlerts.Of(fields: ("name", "x\0y")), Start.AddMinutes(2));
            open.TakeDue(Start.AddMinutes(15), _ => null);
            open.Save(600);
            open.Acknowledge([open.List(null, 1)[0].Id], null, "alice \"A\"", "known; 'really'", Start.AddMinutes(16));
            before = [.. open.List(null, 10)];
            // What was not saved is routed again after a crash.
            open.Take(route, TestAlerts.Of(fields: ("name", "lost")), Start.AddMinutes(17));
        }
        await using var again = Read(1000, route);
        Assert.Equal(600, again.Saved);
        var after = again.List(null, 10);
        Assert.Equal(4, before.Count + 1);
        Assert.Equal(before.Select(Shown).Order(), after.Select(Shown).Order());
        var known = again.Acknowledge([before[0].Id], null, "bob", "", Start.AddMinutes(18));
        Assert.Single(known.Now);
        Assert.Equal(2, again.List(null, 10).Count);
    }

    [Fact]
    public async Task AnAcknowledgementIsOnDiskWhenItIsAnswered()
    {
        var route = Route();
        var alert = TestAlerts.Of(fields: ("name", "x"));
        var open = Read(1000, route);
        open.Take(route, alert, Start);
        open.Acknowledge([alert.Id], null, "alice", "mine", Start.AddMinutes(1));
        // Another reader sees it although nothing was saved since: so would the next start after a crash, which routes the alert again.
        File.Copy(_folder.File("open.db"), _folder.File("copy.db"));
        File.Copy(_folder.File("open.db-wal"), _folder.File("copy.db-wal"));
        await using (open)
        await using (var copy = new OpenAlerts([route], new OpenAlertFile(_folder.File("copy.db")), 1000, NullLogger.Instance))
        {
            Assert.Equal(0, copy.Saved);
            copy.Take(route, alert, Start.AddMinutes(2));
            Assert.Empty(copy.TakeDue(Start.AddMinutes(50), _ => null));
            Assert.Equal("mine", Assert.Single(copy.Acknowledge([alert.Id], null, "bob", "", Start.AddMinutes(3)).Before).Acknowledged!.Comment);
        }
    }

    [Fact]
    public async Task ANewConfigurationTakesOverWhatIsOpen()
    {
        await using (var open = Read(1000, Route()))
        {
            open.Take(Route(), TestAlerts.Of(fields: ("name", "x")), Start);
            open.Save(5);
        }
        // The route is gone: nothing is escalated, and what is open can still be acknowledged, or comes back with the route.
        await using (var without = Read(1000))
        {
            Assert.Empty(without.TakeDue(Start.AddHours(2), _ => null));
            Assert.Single(without.List(null, 10));
        }
        await using var changed = Read(1000, Route("{after: 3h, to: a, by: name}"));
        Assert.Equal(Start.AddHours(3), changed.NextEscalation(changed.List(null, 1)[0]));
        Assert.Single(changed.TakeDue(Start.AddHours(3), _ => null));
    }

    [Fact]
    public async Task WhatACrashRepeatsIsNotNew()
    {
        var configuration = HubConfigurationReader.ReadText("""
            destinations: [{name: a, kind: webhook, address: 'http://localhost/a'}]
            routes: [{name: r, to: a, escalate: {after: 15m, to: a, until: 20m}}]
            """, _ => null);
        var alert = TestAlerts.Of();
        await using (var open = Read(1000, [.. configuration.Routing.Routes]))
        {
            new RoutePlan(configuration.Routing, configuration.Destinations, open).Route(alert, 500, Start, []);
            open.TakeDue(Start.AddMinutes(30), _ => null);
            open.Save(500);
            Assert.Empty(open.List(null, 10));
        }
        // The router's place was not written: it routes the alert again, which was given up, and the next one.
        await using var again = Read(1000, [.. configuration.Routing.Routes]);
        var plan = new RoutePlan(configuration.Routing, configuration.Destinations, again);
        plan.Route(alert, 500, Start.AddMinutes(31), []);
        Assert.Empty(again.List(null, 10));
        plan.Route(TestAlerts.Of(), 501, Start.AddMinutes(31), []);
        Assert.Single(again.List(null, 10));
    }

    [Fact]
    public async Task AFileOfAnotherJournalDoesNotHideItsAlerts()
    {
        await using (var open = Read(1000, Route()))
        {
            open.Take(Route(), TestAlerts.Of(), Start);
            open.Save(999);
        }
        await using var again = Read(10, Route());
        Assert.Equal(0, again.Saved);
    }

    [Fact]
    public async Task AnAlertOfAnySizeIsKeptSmall()
    {
        await using (var open = Read(1000, Route()))
        {
            open.Take(Route(), TestAlerts.Of(fields: [.. Enumerable.Range(0, 5000).Select(n => ($"field.{n}", new string('v', 1000)))]) with { Output = new string('o', 1_000_000) }, Start);
            open.Save(1);
        }
        Assert.True(new FileInfo(_folder.File("open.db")).Length < 200_000, "the file is large");
        await using var again = Read(1000, Route());
        var escalated = Assert.Single(again.TakeDue(Start.AddMinutes(15), _ => null)).Alert;
        Assert.StartsWith("Not acknowledged since", escalated.Output, StringComparison.Ordinal);
        Assert.Equal(new string('v', 1000), escalated.FieldText("field.0"));
    }

    [Fact]
    public void AFileThatIsNoneIsAnErrorThatNamesIt()
    {
        File.WriteAllText(_folder.File("open.db"), new string('x', 5000));
        Assert.Contains(_folder.File("open.db"), Assert.Throws<IOException>(() => Read()).Message, StringComparison.Ordinal);
    }

    private static string Shown(OpenAlert one) => $"{one.Key} {one.Id} {string.Join(',', one.OtherIds)} {one.Since:O} {one.Last:O} {one.Until:O} {one.Messages} {one.Steps} {one.Escalated} {one.EscalatedAt:O} {System.Text.Encoding.UTF8.GetString(one.Alert.ToJson())}";
}
