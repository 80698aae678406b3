using System.Diagnostics;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

/// <summary>What the spool holds survives everything but its own bounds, and what it loses it counts.</summary>
public sealed class SpoolTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly RetryOptions Quick = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-spool-");
    private long _maxBytes = 16 << 20;

    public void Dispose() => _folder.Delete(recursive: true);

    private SpoolOptions Options => new() { Folder = Path.Combine(_folder.FullName, "spool"), MaxBytes = _maxBytes };

    private string[] Segments => [.. Directory.GetFiles(Options.Folder, "*.spool").Order(StringComparer.Ordinal)];

    [Fact]
    public void What_could_not_be_delivered_is_delivered_by_the_next_run_in_order()
    {
        var away = new RecordingOutput { Fails = _ => new IOException("away") };
        var first = Run(away, Numbers(0, 1_000));
        Assert.Equal((1_000, 0, 0, 1_000), (first.Offered, first.Delivered, first.Lost.Total, first.Waiting));

        var back = new RecordingOutput();
        var second = Run(back, Numbers(1_000, 10), () => back.Lines.Count == 1_010);

        Assert.Equal(Numbers(0, 1_010), back.Lines);
        Assert.Equal((10, 1_000, 1_010, 0), (second.Offered, second.Recovered, second.Delivered, second.Waiting));
        Assert.Equal(0, Run(new RecordingOutput(), []).Recovered);
    }

    [Fact]
    public void An_outage_in_the_middle_neither_loses_nor_reorders_anything()
    {
        var calls = 0;
        var flaky = new RecordingOutput { Fails = _ => Interlocked.Increment(ref calls) % 7 < 3 ? new DeliveryException(DeliveryFailure.TimedOut, "late") : null };
        var counters = Run(flaky, Numbers(0, 500), () => flaky.Lines.Count == 500);

        Assert.Equal(Numbers(0, 500), flaky.Lines);
        Assert.Equal((500, 0), (counters.Delivered, counters.Lost.Total));
        Assert.True(counters.Retried > 100);
    }

    [Fact]
    public void A_full_spool_refuses_the_newest_and_counts_them()
    {
        _maxBytes = 1 << 20;
        var away = new RecordingOutput { Fails = _ => new IOException("away") };
        var counters = Run(away, [.. Numbers(0, 4_000).Select(n => n + new string('.', 1_000))]);

        Assert.InRange(counters.Waiting, 900, 1_040);
        Assert.Equal(4_000 - counters.Waiting, counters.Lost[AlertLoss.SpoolFull]);
        Assert.InRange(Segments.Sum(f => new FileInfo(f).Length), 900_000, _maxBytes + 4096);

        var back = new RecordingOutput();
        Run(back, [], () => back.Lines.Count == counters.Waiting);
        Assert.Equal(Numbers(0, (int)counters.Waiting), back.Lines.Select(l => l.TrimEnd('.')));
    }

    [Fact]
    public void Files_are_removed_when_all_of_them_was_delivered()
    {
        _maxBytes = 1 << 20;
        var output = new RecordingOutput();
        var lines = Numbers(0, 5_000).Select(n => n + new string('.', 1_000)).ToArray();
        var counters = Run(output, lines, () => output.Lines.Count == lines.Length, pace: true);

        Assert.Equal((5_000, 0), (counters.Delivered, counters.Lost.Total));
        Assert.InRange(Segments.Length, 0, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void A_record_that_was_cut_off_by_a_crash_costs_nothing_else(int missing)
    {
        Run(new RecordingOutput { Fails = _ => new IOException("away") }, Numbers(0, 100));
        var last = Segments[^1];
        using (var file = new FileStream(last, FileMode.Open)) file.SetLength(file.Length - missing);

        var back = new RecordingOutput();
        var counters = Run(back, ["new"], () => back.Lines.Contains("new"));

        Assert.Equal([.. Numbers(0, 99), "new"], back.Lines);
        Assert.Equal((99, 100, 0), (counters.Recovered, counters.Delivered, counters.Lost.Total));
    }

    [Fact]
    public void Damage_in_an_older_file_is_counted_to_the_alert()
    {
        _maxBytes = 1 << 20;
        Run(new RecordingOutput { Fails = _ => new IOException("away") }, [.. Numbers(0, 300).Select(n => n + new string('.', 1_000))]);
        Assert.True(Segments.Length > 2);
        var bytes = File.ReadAllBytes(Segments[0]);
        bytes[bytes.Length / 2] ^= 0x40;
        File.WriteAllBytes(Segments[0], bytes);

        var back = new RecordingOutput();
        var counters = Run(back, ["new"], () => back.Lines.Contains("new"));

        var lost = counters.Lost[AlertLoss.SpoolDamaged];
        Assert.InRange(lost, 1, 100);
        Assert.Equal(300, counters.Recovered);
        Assert.Equal(301, counters.Delivered + lost);
        Assert.Equal(301 - lost, back.Lines.Count);
        Assert.Equal(0, Run(new RecordingOutput(), []).Recovered);
    }

    [Fact]
    public void A_lost_note_of_how_far_it_came_repeats_alerts_and_loses_none()
    {
        var half = 0;
        var output = new RecordingOutput { Fails = _ => Interlocked.Increment(ref half) > 150 ? new IOException("away") : null };
        Run(output, Numbers(0, 300));
        File.WriteAllBytes(Path.Combine(Options.Folder, "cursor"), [1, 2, 3]);

        var back = new RecordingOutput();
        Run(back, [], () => back.Lines.Contains("299"));
        Assert.Equal(Numbers(0, 300), back.Lines);
    }

    [Fact]
    public void Two_sensors_do_not_share_a_spool()
    {
        var complaints = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var first = new SpooledOutput(new RecordingOutput(), Options, Quick, OutputLog.Silent);
        var report = default(DeliveryReport);
        first.Deliver([Alerts.Text("mine")], ref report);
        using var second = new SpooledOutput(new RecordingOutput(), Options, Quick, new OutputLog(complaints.Enqueue, complaints.Enqueue));
        var refused = default(DeliveryReport);
        var error = Assert.Throws<DeliveryException>(() => second.Deliver([Alerts.Text("yours")], ref refused));
        Assert.Equal(DeliveryFailure.Unreachable, error.Failure);
        Assert.Equal(0, refused.Delivered);
    }

    [Fact]
    public void Alerts_are_taken_and_counted_while_the_spool_is_being_read()
    {
        Directory.CreateDirectory(Options.Folder);
        var held = Path.Combine(Options.Folder, "0000000000000001.spool");
        // Whoever opens a pipe to read it waits until somebody opens it to write. It is no segment: without it, the spool is empty.
        using (var made = Process.Start("mkfifo", held)) made.WaitForExit();
        var output = new RecordingOutput();
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var log = new OutputLog(said.Enqueue, said.Enqueue);
        using var queue = new OutputQueue(new SpooledOutput(output, Options, Quick, log), new QueueOptions(), log);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(Options.Folder, "lock")), Patience));
        Thread.Sleep(100);
        var counting = Task.Run(() => queue.Counters, TestContext.Current.CancellationToken);
        var offering = Task.Run(() => queue.Offer(Alerts.Text("taken")), TestContext.Current.CancellationToken);
        var isDone = SpinWait.SpinUntil(() => counting.IsCompleted && offering.IsCompleted, Patience);
        using (new FileStream(held, FileMode.Open, FileAccess.Write)) File.Delete(held);
        Assert.True(isDone);
        Assert.True(SpinWait.SpinUntil(() => output.Lines.Contains("taken"), Patience), string.Join('\n', said));
    }

    private static string[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(n => $"{n}")];

    private OutputCounters Run(RecordingOutput output, string[] lines, Func<bool>? until = null, bool pace = false)
    {
        var spooled = new SpooledOutput(output, Options, Quick, OutputLog.Silent);
        using var queue = new OutputQueue(spooled, new QueueOptions { WhenFull = FullQueuePolicy.Wait, Capacity = 100 }, OutputLog.Silent);
        foreach (var line in lines)
        {
            queue.Offer(Alerts.Text(line));
            // A spool that is emptied as fast as it is filled.
            if (pace) SpinWait.SpinUntil(() => queue.Counters.Waiting < 50, Patience);
        }
        if (until is not null) Assert.True(SpinWait.SpinUntil(until, Patience), queue.Counters.ToString());
        else SpinWait.SpinUntil(() => queue.Counters.Queued == 0, Patience);
        queue.Stop(Patience);
        var counters = queue.Counters;
        Assert.Equal(counters.Offered + counters.Recovered, counters.Delivered + counters.Lost.Total + counters.Waiting);
        return counters;
    }
}
