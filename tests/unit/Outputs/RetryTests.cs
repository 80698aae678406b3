using System.Collections.Concurrent;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

/// <summary>What happens to an alert whose delivery fails, by the kind of failure.</summary>
public sealed class RetryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly RetryOptions Quick = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) };

    [Fact]
    public void An_output_that_is_away_is_waited_for_and_loses_nothing()
    {
        var away = 30;
        var output = new RecordingOutput { Fails = _ => Interlocked.Decrement(ref away) >= 0 ? new IOException("nobody there") : null };
        var counters = DeliverAll(output, Quick, "a", "b", "c");

        Assert.Equal(["a", "b", "c"], output.Lines);
        Assert.Equal((3, 30, 0), (counters.Delivered, counters.Retried, counters.Lost.Total));
    }

    [Fact]
    public void A_refused_alert_is_lost_at_once_and_costs_no_other()
    {
        var output = new RecordingOutput { Fails = line => line.StartsWith("bad", StringComparison.Ordinal) ? new DeliveryException(DeliveryFailure.Rejected, "no luck") : null };
        var complaints = new ConcurrentQueue<string>();
        var counters = DeliverAll(output, Quick, complaints, "a", "bad 1", "b", "bad 2", "c");

        Assert.Equal(["a", "b", "c"], output.Lines);
        Assert.Equal((3, 0, 2), (counters.Delivered, counters.Retried, counters.Lost[AlertLoss.Rejected]));
        Assert.Equal(5, output.Attempts);
        Assert.Single(complaints, "output recording: no luck");
    }

    [Theory]
    [InlineData(DeliveryFailure.TimedOut, AlertLoss.TimedOut)]
    [InlineData(DeliveryFailure.Failed, AlertLoss.Rejected)]
    public void A_delivery_without_a_clear_answer_is_repeated_a_few_times(DeliveryFailure failure, AlertLoss loss)
    {
        var output = new RecordingOutput { Fails = line => line == "poison" ? new DeliveryException(failure, "hm") : null };
        var counters = DeliverAll(output, Quick with { MaxUncertain = 5 }, "a", "poison", "b");

        Assert.Equal(["a", "b"], output.Lines);
        // The first attempt came with a batch in which others got through; the limit counts failures in a row.
        Assert.Equal((2, 4, 1), (counters.Delivered, counters.Retried, counters.Lost[loss]));
    }

    [Fact]
    public void After_a_limit_is_reached_each_alert_has_one_attempt_until_one_gets_through()
    {
        var output = new RecordingOutput { Fails = line => line == "last" ? null : new IOException("away") };
        var counters = DeliverAll(output, Quick with { MaxUnreachable = 3, PausesAfterLoss = false }, "a", "b", "c", "last");

        Assert.Equal(["last"], output.Lines);
        Assert.Equal((1, 2, 3), (counters.Delivered, counters.Retried, counters.Lost[AlertLoss.Unreachable]));
        Assert.Equal(3 + 1 + 1 + 1, output.Attempts);
    }

    [Fact]
    public void An_unexpected_exception_costs_one_alert_and_neither_the_thread_nor_the_others()
    {
        var output = new RecordingOutput { Fails = line => line == "odd" ? new InvalidOperationException("a bug") : null };
        var counters = DeliverAll(output, Quick, "odd", "a");

        Assert.Equal(["a"], output.Lines);
        Assert.Equal(1, counters.Lost[AlertLoss.Rejected]);
    }

    [Fact]
    public void The_end_does_not_wait_for_an_output_that_is_away()
    {
        var output = new RecordingOutput { Fails = _ => new IOException("away") };
        using var queue = new OutputQueue(output, new QueueOptions { Retry = new RetryOptions { FirstDelay = TimeSpan.FromMinutes(1), MaxDelay = TimeSpan.FromMinutes(1) } }, OutputLog.Silent);
        for (var i = 0; i < 10; i++) queue.Offer(Alerts.Text("x"));
        Assert.True(output.Entered.Wait(Patience, TestContext.Current.CancellationToken));

        queue.Stop(TimeSpan.FromMilliseconds(10));

        Assert.True(SpinWait.SpinUntil(() => queue.Counters.Lost[AlertLoss.Shutdown] == 10, Patience));
        Assert.Equal(0, queue.Counters.Waiting);
    }

    [Fact]
    public void It_is_said_when_an_output_is_well_again()
    {
        var away = 3;
        var output = new RecordingOutput { Fails = _ => Interlocked.Decrement(ref away) >= 0 ? new IOException("away") : null };
        var said = new ConcurrentQueue<string>();
        using (var queue = new OutputQueue(output, new QueueOptions { Retry = Quick }, new OutputLog(said.Enqueue, said.Enqueue)))
        {
            queue.Offer(Alerts.Text("a"));
            queue.Stop(Patience);
        }
        Assert.Equal(2, said.Count);
        Assert.Equal("output recording: away", said.First());
        Assert.Contains("delivers again", said.Last(), StringComparison.Ordinal);
    }

    private static OutputCounters DeliverAll(RecordingOutput output, RetryOptions retry, params string[] lines) => DeliverAll(output, retry, new ConcurrentQueue<string>(), lines);

    private static OutputCounters DeliverAll(RecordingOutput output, RetryOptions retry, ConcurrentQueue<string> complaints, params string[] lines)
    {
        using var queue = new OutputQueue(output, new QueueOptions { Retry = retry }, new OutputLog(complaints.Enqueue, static _ => { }));
        foreach (var line in lines) queue.Offer(Alerts.Text(line));
        Assert.True(queue.Stop(Patience));
        var counters = queue.Counters;
        Assert.Equal(lines.Length, counters.Delivered + counters.Lost.Total);
        return counters;
    }
}
