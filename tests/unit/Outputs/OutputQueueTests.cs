using System.Collections.Concurrent;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

public sealed class OutputQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Delivers_in_order_and_counts()
    {
        var output = new RecordingOutput();
        using var queue = Queue(output, 1_000, FullQueuePolicy.DropNewest);
        for (var i = 0; i < 500; i++) Assert.True(queue.Offer(Alerts.Text($"line {i}")));

        Assert.True(queue.Stop(Patience));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"line {i}"), output.Lines);
        Assert.Equal(new OutputCounters("recording") { Offered = 500, Delivered = 500, Capacity = 1_000, CapacityBytes = 64 << 20 }, queue.Counters);
    }

    [Fact]
    public void Drops_the_newest_when_full_and_never_waits()
    {
        var output = new RecordingOutput { Hold = new ManualResetEventSlim() };
        using var queue = Queue(output, 10, FullQueuePolicy.DropNewest);
        var accepted = 0;
        for (var i = 0; i < 100; i++)
            if (queue.Offer(Alerts.Text($"{i}"))) accepted++;

        Assert.Equal(10, accepted);
        Assert.Equal(90, queue.Counters.Lost[AlertLoss.QueueFull]);
        output.Hold.Set();
        queue.Stop(Patience);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), output.Lines);
    }

    [Fact]
    public void Drops_the_oldest_when_that_is_the_policy()
    {
        var output = new RecordingOutput { Hold = new ManualResetEventSlim() };
        using var queue = Queue(output, 10, FullQueuePolicy.DropOldest);
        queue.Offer(Alerts.Text("held"));
        Assert.True(output.Entered.Wait(Patience, TestContext.Current.CancellationToken));
        for (var i = 0; i < 100; i++) Assert.True(queue.Offer(Alerts.Text($"{i}")));

        output.Hold.Set();
        queue.Stop(Patience);

        Assert.Equal("99", output.Lines.Last());
        Assert.Equal(101, queue.Counters.Delivered + queue.Counters.Lost[AlertLoss.QueueFull]);
    }

    [Fact]
    public void Waits_for_room_when_that_is_the_policy()
    {
        var output = new RecordingOutput { Delay = TimeSpan.FromMilliseconds(1) };
        using var queue = Queue(output, 3, FullQueuePolicy.Wait);
        for (var i = 0; i < 50; i++) Assert.True(queue.Offer(Alerts.Text($"{i}")));

        queue.Stop(Patience);

        Assert.Equal(50, output.Lines.Count);
        Assert.Equal(0, queue.Counters.Lost.Total);
    }

    [Fact]
    public void Is_bounded_in_bytes_too_but_for_a_single_alert()
    {
        var output = new RecordingOutput { Hold = new ManualResetEventSlim() };
        using var queue = new OutputQueue(output, new QueueOptions { CapacityBytes = 20_000 }, OutputLog.Silent);
        Assert.True(queue.Offer(Alerts.Text(new string('x', 100_000))));
        Assert.True(output.Entered.Wait(Patience, TestContext.Current.CancellationToken));
        var accepted = 0;
        while (queue.Offer(Alerts.Text(new string('y', 1_000)))) accepted++;

        Assert.InRange(accepted, 10, 20);
        Assert.InRange(queue.Counters.QueuedBytes, 10_000, 20_000);
        output.Hold.Set();
        queue.Stop(Patience);
        Assert.Equal(accepted + 1, queue.Counters.Delivered);
    }

    [Fact]
    public void A_stuck_output_delays_neither_the_others_nor_the_end()
    {
        var stuck = new RecordingOutput { Name = "stuck", Hold = new ManualResetEventSlim() };
        var healthy = new RecordingOutput();
        var complaints = new ConcurrentQueue<string>();
        var set = new OutputSet(
            [Queue(stuck, 100, FullQueuePolicy.DropNewest), Queue(healthy, 100, FullQueuePolicy.DropNewest)],
            TimeSpan.FromMilliseconds(100),
            complaints.Enqueue);
        for (var i = 0; i < 50; i++) set.Offer(Alerts.Text($"{i}"));
        SpinWait.SpinUntil(() => healthy.Lines.Count == 50, Patience);
        Thread.Sleep(150);
        set.ReportStuck();
        set.ReportStuck();

        set.Stop();

        Assert.Equal(50, healthy.Lines.Count);
        Assert.Single(complaints, c => c.Contains("no progress", StringComparison.Ordinal));
        var counters = set.Counters[0];
        Assert.True(counters.Lost[AlertLoss.Shutdown] == 50 && counters.Offered == 50, counters.ToString());
        stuck.Hold.Set();
    }

    private static OutputQueue Queue(IAlertOutput output, int capacity, FullQueuePolicy policy) =>
        new(output, new QueueOptions { Capacity = capacity, WhenFull = policy, Retry = RetryOptions.None }, OutputLog.Silent);
}
