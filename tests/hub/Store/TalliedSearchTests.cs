using System.Globalization;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Store;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>What the tally leaves out of a search changes no answer: any question is answered as by a walk over all alerts, however the hours are put together.</summary>
public sealed class TalliedSearchTests
{
    private const int Questions = 3000;

    private readonly Random _random = new(1);

    [Fact]
    public async Task AnyQuestionIsAnsweredAsByAWalkOverAllAlerts()
    {
        var alerts = Enumerable.Range(0, 700).Select(n => Made(n)).OrderByDescending(a => a.UnixNanoseconds).ToList();
        var store = new Walked(alerts);
        for (var i = 0; i < Questions; i++)
        {
            var query = Asked();
            var expected = alerts.Where(a => Walked.Holds(query, a)).ToList();
            long stretch = _random.Next(1, 300);
            Assert.Equal(expected.Count, await TalliedSearch.CountAsync(store, query, CancellationToken.None, stretch));
            Assert.Equal(expected.Skip(query.Offset).Take(query.Limit).Select(a => a.Output), (await TalliedSearch.FindAsync(store, query, CancellationToken.None, stretch)).Select(j => AlertReader.Read(j).Output));
        }
    }

    [Fact]
    public async Task WholeHoursAreCountedAndPassedOverWithoutTheirRows()
    {
        var store = new Walked([.. Enumerable.Range(0, 700).Select(n => Made(n)).OrderByDescending(a => a.UnixNanoseconds)]);
        Assert.Equal(700, await TalliedSearch.CountAsync(store, new AlertQuery(), CancellationToken.None));
        Assert.Equal(0, store.RowsRead);
        Assert.Equal(10, (await TalliedSearch.FindAsync(store, new AlertQuery { Offset = 690, Limit = 100 }, CancellationToken.None, stretchAlerts: 1)).Count);
        // Those of one hour or two.
        Assert.InRange(store.RowsRead, 10, 100);
    }

    private Alert Made(int n) => TestAlerts.Of($"Rule {_random.Next(5)}", _random.Next(20) == 0 ? AlertPriority.Critical : AlertPriority.Warning) with
    {
        // Some minutes hold several, some hours none.
        UnixNanoseconds = 1_700_000_000_000_000_000 + (_random.Next(50) is var hour && hour > 40 ? hour * 30 : hour) * TalliedHour.Nanoseconds + n * 5_000_000_000L,
        Output = $"{n.ToString(CultureInfo.InvariantCulture)} {(_random.Next(9) == 0 ? "needle" : "hay")}",
    };

    private AlertQuery Asked()
    {
        DateTimeOffset Time() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + _random.Next(-2, 60) * 3600L + (_random.Next(2) == 0 ? 2800 : _random.Next(3600)));
        return new AlertQuery
        {
            Rules = _random.Next(2) == 0 ? [] : [$"Rule {_random.Next(6)}"],
            Priorities = _random.Next(3) > 0 ? [] : [AlertPriority.Critical],
            Text = _random.Next(4) == 0 ? "needle" : "",
            Since = _random.Next(2) == 0 ? null : Time(),
            Until = _random.Next(2) == 0 ? null : Time(),
            Offset = _random.Next(3) == 0 ? _random.Next(600) : 0,
            Limit = _random.Next(1, 120),
        };
    }

    /// <summary>Alerts in memory, newest first.</summary>
    private sealed class Walked(IReadOnlyList<Alert> alerts) : ITalliedAlerts
    {
        public int RowsRead { get; private set; }

        public static bool Holds(AlertQuery query, Alert alert) => Names(query, alert) && !(alert.Time < query.Since) && !(alert.Time >= query.Until) && alert.Output.Contains(query.Text, StringComparison.OrdinalIgnoreCase);

        public ValueTask<IReadOnlyList<TalliedHour>> HoursAsync(AlertQuery query, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<TalliedHour>>(
        [
            .. alerts.GroupBy(a => a.UnixNanoseconds / TalliedHour.Nanoseconds)
                .Where(h => !(h.Key < (query.Since is { } since ? TalliedHour.Of(since) : h.Key)) && !(h.Key > (query.Until is { } until ? TalliedHour.Of(until) : h.Key)))
                .Select(h => new TalliedHour(h.Key, h.Count(), h.Count(a => Names(query, a)))).OrderByDescending(h => h.Hour),
        ]);

        public ValueTask<IReadOnlyList<byte[]>> FindAsync(AlertQuery query, CancellationToken cancellation)
        {
            var found = alerts.Where(a => Holds(query, a)).Take(query.Offset + query.Limit).ToList();
            RowsRead += found.Count;
            return ValueTask.FromResult<IReadOnlyList<byte[]>>([.. found.Skip(query.Offset).Select(a => a.ToJson())]);
        }

        public ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation)
        {
            var count = alerts.Count(a => Holds(query, a));
            RowsRead += count;
            return ValueTask.FromResult((long)count);
        }

        private static bool Names(AlertQuery query, Alert alert) => (query.Rules.Count == 0 || query.Rules.Contains(alert.Rule)) && (query.Priorities.Count == 0 || query.Priorities.Contains(alert.Priority));
    }
}
