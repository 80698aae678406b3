using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Journal;
using Peregrine.Hub.Routing;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Routing;

public sealed class AlertRouterTests : IDisposable
{
    // As many as one file of a queue holds.
    private const int FileEntries = 65_536;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatAQueueRefusedIsPutThereWhenItCan()
    {
        var configuration = HubConfigurationReader.ReadText("webhook: {address: 'http://localhost/'}", _ => null);
        await using var journal = AlertJournal.Open(_folder.File("journal"), NullLogger.Instance);
        using var queue = new DestinationQueue(_folder.File("queue"));
        for (var i = 0; i < FileEntries - 1; i++) queue.Append(new QueueEntry(journal.End, 1, 0, 0));
        queue.Write();
        // The queue's next file cannot be made while a folder has its name.
        var obstacle = Directory.CreateDirectory(Path.Combine(_folder.File("queue"), "000000000001.queue"));
        await using var router = new AlertRouter(journal, new RecentAlerts(), new Dictionary<string, DestinationQueue> { ["webhook"] = queue }, new RoutePlan(configuration.Routing, configuration.Destinations, new OpenAlerts([], null, 1, NullLogger.Instance)), _folder.File("routed"), TimeProvider.System, NullLogger.Instance);
        router.Start();
        await journal.AppendAsync([.. Enumerable.Range(0, 3).Select(_ => TestAlerts.Of().ToJson())]);
        await Eventually.HoldsAsync(() => queue.End == FileEntries, () => $"{queue.End - FileEntries + 1} of the alerts came before the obstacle");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.True(router.SafeSequence <= 2, "a record that is not in its queue was given up");
        obstacle.Delete();
        await Eventually.HoldsAsync(() => queue.End == FileEntries + 2, () => $"{queue.End - FileEntries + 1} of 3 alerts are in the queue");
        Assert.Equal([1, 2, 3], Enumerable.Range(-1, 3).Select(i => queue.Read(FileEntries + i)!.Value.Position.Sequence));
    }

    [Fact]
    public async Task WhatIsDueTogetherIsAppendedTogether()
    {
        const int Alerts = 300;
        var configuration = HubConfigurationReader.ReadText("""
            destinations: [{name: chat, kind: webhook, address: 'http://localhost/chat'}, {name: pager, kind: webhook, address: 'http://localhost/pager'}]
            routes: [{name: hosts, to: chat, escalate: {after: 1h, to: pager}}]
            """, _ => null);
        await using var journal = AlertJournal.Open(_folder.File("journal"), NullLogger.Instance);
        using var chat = new DestinationQueue(_folder.File("chat"));
        using var pager = new DestinationQueue(_folder.File("pager"));
        async Task RouteAsync(TimeSpan later, Func<Task> until)
        {
            await using var open = new OpenAlerts(configuration.Routing.Routes, new OpenAlertFile(_folder.File("open.db")), journal.End.Sequence, NullLogger.Instance);
            await using var router = new AlertRouter(journal, new RecentAlerts(), new Dictionary<string, DestinationQueue> { ["chat"] = chat, ["pager"] = pager }, new RoutePlan(configuration.Routing, configuration.Destinations, open), _folder.File("routed"), new LaterClock(later), NullLogger.Instance);
            router.Start();
            await until();
        }
        await journal.AppendAsync([.. Enumerable.Range(0, Alerts).Select(n => TestAlerts.Of($"Rule {n}").ToJson())]);
        await RouteAsync(TimeSpan.Zero, () => Eventually.HoldsAsync(() => chat.End == Alerts, () => $"{chat.End} were routed"));
        var before = journal.End;
        await RouteAsync(TimeSpan.FromHours(2), async () =>
        {
            await journal.WaitForMoreAsync(before, TestContext.Current.CancellationToken);
            // All are on disk as soon as one is.
            Assert.Equal(before.Sequence + Alerts, journal.End.Sequence);
            await Eventually.HoldsAsync(() => pager.End == Alerts, () => $"{pager.End} were escalated");
        });
        Assert.Equal(Enumerable.Range(0, Alerts).Select(i => before.Sequence + i), Enumerable.Range(0, Alerts).Select(i => pager.Read(i)!.Value.Position.Sequence));
    }

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
