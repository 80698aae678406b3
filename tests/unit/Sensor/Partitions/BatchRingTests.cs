using System.Text;
using Peregrine.Events;
using Peregrine.Outputs;
using Peregrine.Sensor.Partitions;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Partitions;

/// <summary>Batches reach every worker once and in order, no more are under way than there is room for, and alerts come out in the order of their events.</summary>
public sealed class BatchRingTests
{
    private const int Batches = 20_000;

    [Fact]
    public void Every_reader_takes_every_batch_in_order()
    {
        using var ring = new BatchRing(3);
        var taken = new List<ulong>[3];
        var readers = Enumerable.Range(0, 3).Select(i => new Thread(() =>
        {
            taken[i] = [];
            while (ring.Take(i) is { } batch)
            {
                foreach (ref readonly var entry in batch.Entries) taken[i].Add(entry.Number);
                ring.Return(i);
            }
        })).ToList();
        readers.ForEach(static r => r.Start());
        long emptied = 0;
        for (ulong number = 1; number <= Batches; number++)
        {
            Add(ring.Current, number);
            while (!ring.HasRoom(emptied))
            {
                var done = ring.Done;
                if (emptied == done) ring.WaitForReaders(done);
                for (; emptied < ring.Done; emptied++) ring[emptied].Empty(static (_, _) => { });
            }
            ring.Publish();
        }
        ring.End();
        readers.ForEach(static r => r.Join());
        foreach (var numbers in taken) Assert.Equal(Enumerable.Range(1, Batches).Select(n => (ulong)n), numbers);
    }

    [Fact]
    public void A_reader_that_does_nothing_stops_the_writer_when_the_ring_is_full()
    {
        using var ring = new BatchRing(2);
        var handed = 0;
        for (; ring.HasRoom(0); handed++) ring.Publish();
        while (ring.Done < handed && ring.Waiting(0) > 0)
        {
            Assert.NotNull(ring.Take(0));
            ring.Return(0);
        }
        Assert.Equal((0, handed, 0), (ring.Waiting(0), ring.Waiting(1), ring.Done));
        Assert.False(ring.HasRoom(ring.Done));
        Assert.NotNull(ring.Take(1));
        ring.Return(1);
        Assert.True(ring.HasRoom(ring.Done));
    }

    [Fact]
    public void Alerts_come_out_in_the_order_of_their_events_whoever_made_them()
    {
        var batch = new EventBatch(3);
        batch.AlertsOf(2).AddRange([Made(0, "c0"), Made(3, "c3"), Made(3, "c3 again")]);
        batch.AlertsOf(1).AddRange([Made(1, "b1"), Made(4, "b4")]);
        batch.AlertsOf(0).AddRange([Made(1, "held before 1"), Made(5, "a5")]);
        var given = new List<string>();
        batch.Empty((_, alert) => given.Add(alert.Rule));
        Assert.Equal(["c0", "held before 1", "b1", "c3", "c3 again", "b4", "a5"], given);
        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public void Handing_events_over_allocates_nothing()
    {
        using var ring = new BatchRing(1);
        Go(64);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Go(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Go(int batches)
        {
            for (var i = 0; i < batches; i++)
            {
                while (!ring.Current.IsFull) Add(ring.Current, 7);
                ring.Publish();
                _ = ring.Take(0);
                ring.Return(0);
                ring[ring.Done - 1].Empty(static (_, _) => { });
            }
        }
    }

    [Fact]
    public void An_event_larger_than_a_batch_is_handed_over_whole()
    {
        var batch = new EventBatch(2);
        var path = Encoding.UTF8.GetBytes(new string('x', 60_000));
        Span<byte> buffer = new byte[70_000];
        for (var i = 0; i < 3; i++)
        {
            var context = Context(Capture.CaptureSamples.Open(buffer, 1, 5, path));
            batch.Add(ref context, 1);
        }
        Assert.True(batch.IsFull);
        foreach (ref readonly var entry in batch.Entries) Assert.Equal(60_000, batch.Event(in entry).Text(1).Length);
    }

    private static BatchAlert Made(int at, string name) => new(at, null!, new Alert { Time = 1, Priority = AlertPriority.Notice, Rule = name, Source = "syscall", Line = Array.Empty<byte>() });

    private static readonly StateEngine State = new(new StateOptions(), NoHost.Instance);
    private static readonly byte[] Small = Capture.CaptureSamples.Open(new byte[1000], 1, 5, "/a"u8.ToArray()).ToArray();

    private static void Add(EventBatch batch, ulong number)
    {
        var context = Context(Small);
        context.Number = number;
        batch.Add(ref context, 1);
    }

    private static EventContext Context(ReadOnlySpan<byte> record) => new() { Event = EventView.Trusted(record), Number = 1, State = State };
}
