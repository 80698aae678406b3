using Peregrine.Sensor.Grpc;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Grpc;

public sealed class AlertFeedTests
{
    [Fact]
    public void Of_what_nobody_takes_the_oldest_give_way()
    {
        var feed = new AlertFeed { Capacity = 2 };
        for (byte i = 1; i <= 5; i++) feed.Publish([i]);
        Assert.Equal(new AlertFeedCounters(Published: 5, Expired: 3, Missed: 0, Waiting: 2, Subscribers: 0), feed.Counters);
        Assert.Equal([4, 5], feed.Take().Select(m => (int)m.Single()));
        Assert.Empty(feed.Take());
    }

    [Fact]
    public void What_waits_is_bounded_by_bytes_too()
    {
        var feed = new AlertFeed();
        for (var i = 0; i < 40; i++) feed.Publish(new byte[1 << 20]);
        Assert.Equal((32, 8L), (feed.Counters.Waiting, feed.Counters.Expired));
    }

    [Fact]
    public void A_slow_subscriber_misses_the_newest_and_others_do_not()
    {
        var feed = new AlertFeed { Capacity = 2 };
        using var slow = feed.Subscribe();
        using var quick = feed.Subscribe();
        for (byte i = 1; i <= 3; i++)
        {
            feed.Publish([i]);
            Assert.True(quick.TryTake(out var message));
            Assert.Equal(i, Assert.Single(message));
        }
        Assert.Equal(1, feed.Counters.Missed);
        Assert.True(slow.TryTake(out var first));
        Assert.Equal(1, Assert.Single(first));
        Assert.True(slow.TryTake(out _));
        Assert.False(slow.TryTake(out _));
    }

    [Fact]
    public void A_subscriber_takes_over_what_waits_and_leaves_with_its_end()
    {
        var feed = new AlertFeed();
        feed.Publish([1]);
        using (var subscription = feed.Subscribe())
        {
            Assert.True(subscription.TryTake(out var message));
            Assert.Equal(1, Assert.Single(message));
            Assert.Equal((0, 1), (feed.Counters.Waiting, feed.Counters.Subscribers));
        }
        feed.Publish([2]);
        Assert.Equal((1, 0), (feed.Counters.Waiting, feed.Counters.Subscribers));
    }
}
