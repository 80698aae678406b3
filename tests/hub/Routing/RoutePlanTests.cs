using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Routing;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Routing;

/// <summary>Where alerts go, without a clock, a network or a disk.</summary>
public sealed class RoutePlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private const string Destinations = """
        webhook: {address: 'http://localhost/all', minimumpriority: error}
        destinations:
          - {name: a, kind: webhook, address: 'http://localhost/a'}
          - {name: b, kind: webhook, address: 'http://localhost/b', minimumpriority: critical}

        """;

    private sealed class Plan
    {
        private readonly RoutePlan _plan;
        private long _sequence;

        public Plan(string yaml)
        {
            var configuration = HubConfigurationReader.ReadText(Destinations + yaml, _ => null);
            Assert.Empty(configuration.Warnings);
            _plan = new RoutePlan(configuration.Routing, configuration.Destinations, new OpenAlerts(configuration.Routing.Routes, null, 1, NullLogger.Instance));
        }

        public RoutePlan Inner => _plan;

        public List<string> Route(Alert alert, double seconds = 0)
        {
            var target = new List<RoutedAlert>();
            _plan.Route(alert, ++_sequence, Start.AddSeconds(seconds), target);
            return [.. target.Select(t => t.Alert is null ? t.Destination : $"{t.Destination}:{t.Alert.FieldText("peregrine.count")}")];
        }

        public List<RoutedAlert> End(double seconds)
        {
            var target = new List<RoutedAlert>();
            _plan.End(Start.AddSeconds(seconds), target);
            return target;
        }
    }

    [Fact]
    public void SectionsTakeAllFromTheirLevelOnAndNamedOnesWhatRoutesBring()
    {
        var plan = new Plan("routes: [{match: 'k8s.ns.name = payments', to: [a, b]}]");
        Assert.Equal([], plan.Route(TestAlerts.Of()));
        Assert.Equal(["webhook"], plan.Route(TestAlerts.Of(priority: AlertPriority.Error)));
        Assert.Equal(["a"], plan.Route(TestAlerts.Of(fields: ("k8s.ns.name", "payments"))));
        Assert.Equal(["webhook", "a", "b"], plan.Route(TestAlerts.Of(priority: AlertPriority.Alert, fields: ("k8s.ns.name", "payments"))));
    }

    [Fact]
    public void ARouteThatDoesNotContinueEndsTheSearchAndNobodyGetsAnAlertTwice()
    {
        var plan = new Plan("""
            routes:
              - {match: alert.rule = first, to: a, continue: false}
              - {match: alert.rule startswith f, to: a}
              - {match: alert.rule startswith f, to: a}
            """);
        Assert.Equal(["a"], plan.Route(TestAlerts.Of("first")));
        Assert.Equal(["a"], plan.Route(TestAlerts.Of("f2")));
    }

    [Theory]
    [InlineData("first", new[] { "a", "", "", "" }, new string[] { })]
    [InlineData("count", new[] { "a", "", "", "" }, new[] { "3" })]
    [InlineData("last", new[] { "", "", "", "" }, new[] { "3" })]
    public void RepeatsWithinTheWindowAreOne(string keep, string[] atOnce, string[] atEnd)
    {
        var plan = new Plan($"routes: [{{to: a, deduplicate: {{by: [rule, fd.name], window: 60s, keep: {keep}}}}}]");
        Alert[] alerts = [TestAlerts.Of(fields: ("fd.name", "x")), TestAlerts.Of(fields: ("fd.name", "x")), TestAlerts.Of(fields: ("fd.name", "x"))];
        Assert.Equal(atOnce[..3], alerts.Select((a, i) => string.Join(',', plan.Route(a, i))));
        Assert.Equal(1, plan.Inner.OldestHeld);
        Assert.Empty(plan.End(59));
        Assert.Equal(atEnd, plan.End(61).Select(r => r.Alert!.FieldText("peregrine.count")));
        Assert.Null(plan.Inner.NextEnd);
        Assert.Equal(keep == "last" ? [] : ["a"], plan.Route(TestAlerts.Of(fields: ("fd.name", "x")), 62));
    }

    [Fact]
    public void AGroupIsOneAlertOfTheWorstLevelWithWhatAllShare()
    {
        var plan = new Plan("routes: [{to: a, group: {by: rule, wait: 30s, max: 3}}]");
        Assert.Equal([], plan.Route(TestAlerts.Of("R", AlertPriority.Notice, ("host", "h"), ("file", "1"))));
        Assert.Equal(["webhook"], plan.Route(TestAlerts.Of("R", AlertPriority.Critical, ("host", "h"), ("file", "2")), 1));
        var group = Assert.Single(plan.End(31)).Alert!;
        Assert.Equal(AlertPriority.Critical, group.Priority);
        Assert.Equal(("h", "", "2"), (group.FieldText("host"), group.FieldText("file"), group.FieldText("peregrine.count")));
        Assert.Contains("2 alerts of 'R'", group.Output, StringComparison.Ordinal);
        for (var i = 0; i < 2; i++) plan.Route(TestAlerts.Of("R"), 40);
        Assert.Equal(["a:3"], plan.Route(TestAlerts.Of("R"), 41));
    }

    [Fact]
    public void AGroupReachesADestinationByItsOwnLevelNotThatOfItsLastAlert()
    {
        var plan = new Plan("routes: [{to: b, group: {by: rule, wait: 30s, max: 2}}]");
        plan.Route(TestAlerts.Of("R", AlertPriority.Critical));
        Assert.Equal(["b:2"], plan.Route(TestAlerts.Of("R", AlertPriority.Notice), 1));
    }

    [Fact]
    public void AThrottleSaysHowManyItHeldBack()
    {
        var plan = new Plan("routes: [{to: a, throttle: {by: rule, limit: 2, per: 60s}}]");
        Assert.Equal(["a", "a", "", ""], Enumerable.Range(0, 4).Select(i => string.Join(',', plan.Route(TestAlerts.Of(), i))));
        Assert.Equal("2", Assert.Single(plan.End(61)).Alert!.FieldText("peregrine.held_back"));
    }

    [Fact]
    public void ASilenceCoversWhatItNamesForItsTime()
    {
        var plan = new Plan("""
            routes: [{to: a}]
            silences: [{match: 'alert.hostname = node-1', until: 2026-05-01T12:01:00Z, owner: alice, comment: maintenance}]
            """);
        Assert.Equal([], plan.Route(TestAlerts.Of(), 59));
        Assert.Equal(1, plan.Inner.Silenced);
        Assert.Equal(["a"], plan.Route(TestAlerts.Of(), 60));
    }

    [Theory]
    [InlineData("alert.rule = 'Terminal shell in container' and alert.level <= 4")]
    [InlineData("alert.priority in (warning, error)")]
    [InlineData("alert.tags intersects (mitre_execution, x)")]
    [InlineData("proc.aname[2] = bash and proc.pid = 4711 and proc.pid > 4000")]
    [InlineData("k8s.ns.name exists and not fd.lport exists")]
    [InlineData("proc.cmdline contains \"echo |\" or proc.cmdline = never")]
    [InlineData("k8s.ns.name glob pay* and k8s.ns.name regex '[a-z]+'")]
    [InlineData("tolower(alert.rule) startswith terminal")]
    [InlineData("alert.output icontains SHELL")]
    [InlineData("alert.source != k8s_audit")]
    public void ConditionsSeeWhatTheAlertSays(string condition) => Assert.True(AlertCondition.Parse(condition).Holds(TestAlerts.Typical()), condition);

    [Theory]
    [InlineData("k8s.ns.name != payments")]
    [InlineData("nothing.at_all = x")]
    [InlineData("nothing.at_all != x")]
    [InlineData("alert.level < 4")]
    public void ConditionsThatDoNotHoldDoNot(string condition) => Assert.False(AlertCondition.Parse(condition).Holds(TestAlerts.Typical()), condition);

    [Theory]
    [InlineData("routes: [{match: 'a.b =', to: a}]", "configuration:5:18: the condition cannot be read, at line 1, column 6")]
    [InlineData("routes: [{match: 'shell_procs', to: a}]", "macro")]
    [InlineData("routes: [{to: aa}]", "there is no destination 'aa'; did you mean 'a'?")]
    [InlineData("routes: [{match: 'alert.rule = x'}]", "needs 'to'")]
    [InlineData("routes: [{to: a, group: {wait: soon}}]", "wait: a length of time is expected")]
    [InlineData("routes: [{to: a, deduplicate: {keep: all}}]", "first, count or last")]
    [InlineData("silences: [{match: 'alert.rule = x', until: 2026-01-01}]", "needs 'owner'")]
    [InlineData("delivery: {fallback: nobody}", "no such destination")]
    [InlineData("delivery: {fallback: a}", "leads back to 'a'")]
    public void WhatCannotBeRightIsRefusedWithItsPlace(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => HubConfigurationReader.ReadText(Destinations + yaml, _ => null)).Message, StringComparison.Ordinal);
}
