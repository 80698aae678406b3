using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Routing;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Escalations;

/// <summary>Who is told when nobody acknowledges, without a clock, a network or a disk.</summary>
public sealed class EscalationTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<RoutedAlert> _out = [];
    private RoutePlan _plan = null!;
    private long _sequence;

    private OpenAlerts Open => _plan.Open;

    private void Configure(string yaml)
    {
        var configuration = HubConfigurationReader.ReadText("""
            destinations:
              - {name: chat, kind: webhook, address: 'http://localhost/a'}
              - {name: pager, kind: webhook, address: 'http://localhost/b'}
              - {name: boss, kind: webhook, address: 'http://localhost/c'}

            """ + yaml, _ => null);
        Assert.Empty(configuration.Warnings);
        _plan = new RoutePlan(configuration.Routing, configuration.Destinations, new OpenAlerts(configuration.Routing.Routes, null, 1, NullLogger.Instance));
    }

    private void Route(Alert alert, double minute) => _plan.Route(alert, ++_sequence, Start.AddMinutes(minute), _out);

    private List<string> End(double minute)
    {
        _out.Clear();
        _plan.End(Start.AddMinutes(minute), _out);
        return [.. _out.Select(r => $"{r.Destination}:{r.Alert!.FieldText("peregrine.escalated")}")];
    }

    private Acknowledged Acknowledge(double minute, params Guid[] ids) => Open.Acknowledge(ids, null, "alice", "", Start.AddMinutes(minute));

    [Fact]
    public void WhatNobodyAcknowledgesIsEscalatedOnceAndSaysSo()
    {
        Configure("routes: [{name: r, to: chat, escalate: {after: 15m, to: [pager, boss]}}]");
        var alert = TestAlerts.Of(fields: ("fd.name", "x"));
        Route(alert, 0);
        Assert.Equal(Start.AddMinutes(15), _plan.NextEnd);
        Assert.Empty(End(14.9));
        Assert.Equal(["pager:1", "boss:1"], End(15));
        var escalated = _out[0].Alert!;
        Assert.Equal(("1", "2026-05-01T12:00:00Z", alert.Id.ToString(), "1", "x"), (escalated.FieldText("peregrine.escalated"), escalated.FieldText("peregrine.open_since"), escalated.FieldText("peregrine.open_id"), escalated.FieldText("peregrine.messages"), escalated.FieldText("fd.name")));
        Assert.Equal("Not acknowledged since 2026-05-01T12:00:00Z (escalation 1): A rule happened", escalated.Output);
        Assert.Equal((alert.Rule, alert.Priority), (escalated.Rule, escalated.Priority));
        Assert.NotEqual(alert.Id, escalated.Id);
        Assert.Empty(End(1000));
    }

    [Fact]
    public void AnAcknowledgedAlertIsNotEscalated()
    {
        Configure("routes: [{name: r, to: chat, escalate: {after: 15m, to: pager}}]");
        var (one, other) = (TestAlerts.Of(), TestAlerts.Of());
        Route(one, 0);
        Route(other, 1);
        Assert.Equal([one.Id, other.Id], Open.List(null, 10).Select(o => o.Id));
        Assert.Equal(one.Id, Assert.Single(Acknowledge(2, one.Id).Now).Id);
        Assert.Equal(["pager:1"], End(30));
        Assert.Equal(other.Id.ToString(), _out[0].Alert!.FieldText("peregrine.open_id"));
        var again = Acknowledge(31, one.Id, other.Id, Guid.NewGuid());
        Assert.Equal((1, 1, 1, "alice"), (again.Now.Count, again.Before.Count, again.Unknown.Count, again.Before[0].Acknowledged!.By));
        Assert.Empty(Open.List(null, 10));
        Assert.Equal(new OpenAlertTotals("r", 0, null, 2, 1, 0), Assert.Single(Open.Totals));
    }

    [Fact]
    public void StepsFollowEachOtherAndRepeatUntilTheNextOne()
    {
        Configure("""
            routes:
              - name: r
                to: chat
                escalate:
                  steps:
                    - {after: 10m, to: pager, repeat: 10m}
                    - {after: 35m, to: boss, repeat: 60m}
                  until: 3h
            """);
        Route(TestAlerts.Of(), 0);
        var told = Enumerable.Range(0, 400).SelectMany(m => End(m).Select(e => $"{m} {e}")).ToList();
        Assert.Equal(["10 pager:1", "20 pager:2", "30 pager:3", "35 boss:4", "95 boss:5", "155 boss:6"], told);
        Assert.Empty(Open.List(null, 10));
        Assert.Equal(1, Open.Totals[0].GivenUp);
        Assert.Null(_plan.NextEnd);
    }

    [Fact]
    public void StepsThatPassedWhileTheHubWasAwayAreTakenAtOnceAndRepeatsAreNotMadeUp()
    {
        Configure("routes: [{name: r, to: chat, escalate: {steps: [{after: 1m, to: pager, repeat: 1m}, {after: 10m, to: boss}]}}]");
        Route(TestAlerts.Of(), 0);
        Assert.Equal(["pager:1", "boss:2"], End(60));
        Assert.Empty(End(61));
    }

    [Theory]
    [InlineData("group: {by: [rule, x.host], wait: 1m}")]
    [InlineData("deduplicate: {by: [rule, x.host], window: 1m, keep: count}")]
    [InlineData("throttle: {by: rule, limit: 100, per: 1m}", ", by: [rule, x.host]")]
    public void AlertsOfOneKeyAreOpenAndAcknowledgedAsAWhole(string window, string by = "")
    {
        Configure($"routes: [{{name: r, to: chat, {window}, escalate: {{after: 15m, to: pager, reopen: 60m{by}}}}}]");
        for (var minute = 0; minute < 6; minute++)
        {
            Route(TestAlerts.Of(fields: [("x.host", "a"), ("file", $"{minute}")]), minute);
            Route(TestAlerts.Of(fields: [("x.host", "b"), ("file", $"{minute}")]), minute);
            End(minute + 0.5);
        }
        End(8);
        var open = Open.List(null, 10);
        Assert.Equal(["a", "b"], open.Select(o => o.Alert.FieldText("x.host")));
        Assert.True(open[0].Messages > 1, $"{open[0].Messages} messages");
        // Whichever message people see: the newest is as good as the first.
        Assert.Single(Acknowledge(9, open[0].OtherIds[^1]).Now);
        Assert.Equal(["pager:1"], End(20));
        Assert.Equal("b", _out[0].Alert!.FieldText("x.host"));
        // What follows belongs to what somebody has taken on already, for a while.
        Route(TestAlerts.Of(fields: ("x.host", "a")), 30);
        Assert.Equal([], End(68.9).Where(e => e.StartsWith("pager", StringComparison.Ordinal) && _out[0].Alert!.FieldText("x.host") == "a"));
        Route(TestAlerts.Of(fields: ("x.host", "a")), 70);
        Route(TestAlerts.Of(fields: ("x.host", "a")), 71.5);
        End(75);
        Assert.Equal("a", Assert.Single(Open.List(AlertCondition.Parse("x.host = a"), 10)).Alert.FieldText("x.host"));
    }

    [Fact]
    public void AMessageOfSeveralRoutesIsAcknowledgedUnderEach()
    {
        Configure("routes: [{name: r, to: chat, escalate: {after: 15m, to: pager}}, {name: s, to: chat, escalate: {after: 20m, to: boss}}]");
        var alert = TestAlerts.Of();
        Route(alert, 0);
        Assert.Equal(["r", "s"], Open.List(null, 10).Select(o => o.Route).Order());
        Assert.Equal(2, Acknowledge(1, alert.Id).Now.Count);
        Assert.Empty(End(30));
    }

    [Fact]
    public void AConditionAcknowledgesAllThatItHoldsFor()
    {
        Configure("routes: [{name: r, to: chat, escalate: {after: 15m, to: pager}}]");
        foreach (var rule in new[] { "Shell", "Shell", "Port scan" }) Route(TestAlerts.Of(rule), 0);
        Assert.Equal(2, Open.Acknowledge([], AlertCondition.Parse("alert.rule = Shell"), "bob", "known", Start.AddMinutes(1)).Now.Count);
        Assert.Equal(["pager:1"], End(20));
        Assert.Equal("Port scan", _out[0].Alert!.Rule);
    }

    [Fact]
    public void AFloodCostsABoundedAmountAndIsEscalatedAllTheSame()
    {
        Configure("routes: [{name: r, to: chat, escalate: {after: 15m, to: pager, max: 3}}]");
        var alerts = Enumerable.Range(0, 10).Select(_ => TestAlerts.Of()).ToList();
        foreach (var alert in alerts) Route(alert, 0);
        Assert.Equal([1, 1, 1, 7], Open.List(null, 100).Select(o => o.Messages));
        Assert.Equal(["pager:1", "pager:1", "pager:1", "pager:1"], End(20));
        Assert.Contains("7", _out.Select(r => r.Alert!.FieldText("peregrine.messages")));
        Assert.Single(Acknowledge(21, alerts[9].Id).Now);
        // That covers what was there, not what comes beyond the bound later.
        Route(TestAlerts.Of(), 22);
        Assert.Equal([1, 1, 1, 1], Open.List(null, 100).Select(o => o.Messages));
        // Acknowledged ones make room.
        Acknowledge(23, alerts[0].Id, alerts[1].Id);
        Route(TestAlerts.Of(), 24);
        Assert.Equal(3, Open.List(null, 100).Count);
        Assert.Single(Acknowledge(25, alerts[0].Id, alerts[1].Id).Unknown);
    }

    [Fact]
    public void ASilenceThatBeginsLaterKeepsTheEscalationBack()
    {
        Configure("""
            routes: [{name: r, to: chat, escalate: {after: 15m, to: pager}}]
            silences: [{match: 'alert.hostname = node-1', from: 2026-05-01T12:10:00Z, until: 2026-05-01T12:40:00Z, owner: alice}]
            """);
        Route(TestAlerts.Of(), 0);
        Assert.Empty(End(15));
        Assert.Equal(Start.AddMinutes(40), _plan.NextEnd);
        Assert.Empty(End(39.9));
        Assert.Equal(["pager:1"], End(40));
    }

    [Fact]
    public void WhatNobodyWasToldIsNotOpen()
    {
        Configure("""
            routes:
              - {name: loud, match: alert.level <= 2, to: chat, escalate: {after: 1m, to: pager}}
              - {name: r, to: high, escalate: {after: 1m, to: high}}
            """.Insert(0, "  - {name: high, kind: webhook, address: 'http://localhost/h', minimumpriority: critical}\n"));
        Route(TestAlerts.Of(priority: AlertPriority.Warning), 0);
        Assert.Empty(Open.List(null, 10));
        Route(TestAlerts.Of(Alert.TestRule, AlertPriority.Critical), 0);
        Assert.Empty(Open.List(null, 10));
        Route(TestAlerts.Of(priority: AlertPriority.Critical), 0);
        Assert.Equal(["loud", "r"], Open.List(null, 10).Select(o => o.Route).Order());
    }

    [Theory]
    [InlineData("escalate: ^{to: pager}", "an escalation needs 'after'")]
    [InlineData("escalate: {after: ^soon, to: pager}", "after: a length of time is expected (30s, 5m, 24h)")]
    [InlineData("escalate: {after: ^0, to: pager}", "after: a length of time is expected (30s, 5m, 24h)")]
    [InlineData("escalate: {after: 1m, to: ^pagr}", "there is no destination 'pagr'; did you mean 'pager'?")]
    [InlineData("escalate: {after: 1m, to: [pager, ^chta]}", "there is no destination 'chta'; did you mean 'chat'?")]
    [InlineData("escalate: ^{after: 1m}", "an escalation needs 'to'")]
    [InlineData("escalate: {after: 1m, to: pager, repeat: ^10ms}", "repeat: a second or more is expected")]
    [InlineData("escalate: {after: 1h, to: pager, until: ^30m}", "until: the last step is taken after 60m, so more than that is expected")]
    [InlineData("escalate: {steps: [{after: 10m, to: pager}, {after: ^5m, to: chat}]}", "after: steps count from the first message on, and the one before is taken after 10m: more is expected")]
    [InlineData("escalate: {^after: 1m, steps: [{after: 10m, to: pager}]}", "escalate: 'after' belongs into a step where there are 'steps'")]
    [InlineData("escalate: {steps: ^[]}", "steps: a list of steps is expected")]
    [InlineData("escalate: ^[15m]", "'escalate' is a mapping of keys to values")]
    [InlineData("escalate: {after: 1m, to: pager, max: ^0}", "max: a whole number above 0 is expected")]
    public void WhatCannotBeRightIsRefusedWithItsPlace(string escalate, string message)
    {
        var error = Assert.Throws<ConfigurationException>(() => HubConfigurationReader.ReadText($$"""
            destinations: [{name: chat, kind: webhook, address: 'http://h/'}, {name: pager, kind: webhook, address: 'http://h/'}]
            routes: [{to: chat, {{escalate.Replace("^", "", StringComparison.Ordinal)}} }]
            """, _ => null));
        Assert.StartsWith($"configuration:2:{Column(escalate)}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: r, escalate: {after: 1m, to: chat, ^untill: 1h}", "'escalate' has no key 'untill', ignored; did you mean 'until'?")]
    [InlineData("name: r, escalate: {steps: [{after: 1m, to: chat, ^untill: 1h}]}", "a step has no key 'untill', ignored")]
    [InlineData("escalate: ^{after: 1m, to: chat}", "a route that escalates should have a 'name'")]
    [InlineData("name: r, escalate: {after: 1m, to: ^pager}", "'pager' takes alerts from critical on; less urgent ones of this route are not escalated to it")]
    public void WhatIsOddIsAWarningWithItsPlace(string route, string message)
    {
        var configuration = HubConfigurationReader.ReadText($$"""
            destinations: [{name: chat, kind: webhook, address: 'http://h/'}, {name: pager, kind: webhook, address: 'http://h/', minimumpriority: critical}]
            routes: [{to: chat, {{route.Replace("^", "", StringComparison.Ordinal)}} }]
            """, _ => null);
        Assert.StartsWith($"configuration:2:{Column(route)}: {message}", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    // The place that a hat marks, in the line that the text stands in.
    private static int Column(string marked) => "routes: [{to: chat, ".Length + marked.IndexOf('^', StringComparison.Ordinal) + 1;
}
