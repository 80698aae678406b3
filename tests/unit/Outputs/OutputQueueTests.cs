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
        using var queue = new OutputQueue(output, 1_000, FullQueuePolicy.DropNewest, _ => { });
        for (var i = 0; i < 500; i++) Assert.True(queue.Offer(Alerts.Text($"line {i}")));

        Assert.True(queue.Stop(Patience));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"line {i}"), output.Lines);
        Assert.Equal(new OutputCounters("recording", 500, 500, 0, 0, 0, 1_000), queue.Counters);
    }

    [Fact]
    public void Drops_the_newest_when_full_and_never_waits()
    {
        var output = new RecordingOutput { Hold = new ManualResetEventSlim() };
        using var queue = new OutputQueue(output, 10, FullQueuePolicy.DropNewest, _ => { });
        var accepted = 0;
        for (var i = 0; i < 100; i++)
            if (queue.Offer(Alerts.Text($"{i}"))) accepted++;

        Assert.Equal(10, accepted);
        Assert.Equal(90, queue.Counters.Dropped);
        output.Hold.Set();
        queue.Stop(Patience);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), output.Lines);
    }

    [Fact]
    public void Drops_the_oldest_when_that_is_the_policy()
    {
        var output = new RecordingOutput { Hold = new ManualResetEventSlim() };
        using var queue = new OutputQueue(output, 10, FullQueuePolicy.DropOldest, _ => { });
        queue.Offer(Alerts.Text("held"));
        Assert.True(output.Entered.Wait(Patience, TestContext.Current.CancellationToken));
        for (var i = 0; i < 100; i++) Assert.True(queue.Offer(Alerts.Text($"{i}")));

        output.Hold.Set();
        queue.Stop(Patience);

        Assert.Equal("99", output.Lines.Last());
        Assert.Equal(101, queue.Counters.Delivered + queue.Counters.Dropped);
    }

    [Fact]
    public void Waits_for_room_when_that_is_the_policy()
    {
        var output = new RecordingOutput { Delay = TimeSpan.FromMilliseconds(1) };
        using var queue = new OutputQueue(output, 3, FullQueuePolicy.Wait, _ => { });
        for (var i = 0; i < 50; i++) Assert.True(queue.Offer(Alerts.Text($"{i}")));

        queue.Stop(Patience);

        Assert.Equal(50, output.Lines.Count);
        Assert.Equal(0, queue.Counters.Dropped);
    }

    [Fact]
    public void A_failing_delivery_costs_one_alert_and_is_counted()
    {
        var output = new RecordingOutput { FailOn = "bad" };
        var complaints = new ConcurrentQueue<string>();
        using var queue = new OutputQueue(output, 100, FullQueuePolicy.DropNewest, complaints.Enqueue);
        foreach (var line in (string[])["a", "bad", "b", "bad", "c"]) queue.Offer(Alerts.Text(line));

        queue.Stop(Patience);

        Assert.Equal(["a", "b", "c"], output.Lines);
        Assert.Equal((3, 2), (queue.Counters.Delivered, queue.Counters.Failed));
        Assert.Single(complaints, "output recording: no luck");
    }

    [Fact]
    public void A_stuck_output_delays_neither_the_others_nor_the_end()
    {
        var stuck = new RecordingOutput { Name = "stuck", Hold = new ManualResetEventSlim() };
        var healthy = new RecordingOutput();
        var complaints = new ConcurrentQueue<string>();
        var set = new OutputSet(
            [new OutputQueue(stuck, 100, FullQueuePolicy.DropNewest, complaints.Enqueue), new OutputQueue(healthy, 100, FullQueuePolicy.DropNewest, complaints.Enqueue)],
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
        Assert.True(counters.Dropped >= 50 - 1 && counters.Offered == 50, counters.ToString());
        stuck.Hold.Set();
    }

    private sealed class RecordingOutput : IAlertOutput
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public ManualResetEventSlim? Hold { get; init; }

        public ManualResetEventSlim Entered { get; } = new();

        public TimeSpan Delay { get; init; }

        public string? FailOn { get; init; }

        public string Name { get; init; } = "recording";

        public IReadOnlyCollection<string> Lines => _lines;

        public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
        {
            Entered.Set();
            Hold?.Wait();
            foreach (var alert in alerts)
            {
                if (Delay > TimeSpan.Zero) Thread.Sleep(Delay);
                var line = Alerts.TextOf(alert);
                if (line == FailOn) throw new IOException("no luck");
                _lines.Enqueue(line);
                report.Delivered++;
            }
        }

        public void Flush()
        {
        }

        public void Reopen()
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
