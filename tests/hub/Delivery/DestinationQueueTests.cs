using Peregrine.Hub.Delivery;
using Peregrine.Hub.Journal;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Delivery;

/// <summary>The queue of one destination, written and confirmed at once.</summary>
public sealed class DestinationQueueTests : IDisposable
{
    private const int FileEntries = 65_536;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FilesMayBeDoneWhileTheyAreSynced()
    {
        using var queue = new DestinationQueue(_folder.Path);
        const int Files = 12;
        var confirm = Task.Run(async () =>
        {
            for (long done = 0; done < Files * FileEntries; await Task.Yield())
                if (queue.End is var end && end > done) queue.Confirm(done = end, 0);
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < Files * FileEntries; i++)
        {
            queue.Append(Entry(i));
            if (i % 500 == 0) queue.Flush();
        }
        queue.Flush();
        await confirm;
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void WhatWasFlushedIsThereAfterAReopening()
    {
        using (var queue = new DestinationQueue(_folder.Path))
        {
            for (var i = 0; i < FileEntries + 700; i++) queue.Append(Entry(i));
            Assert.Equal(0, queue.End);
            queue.Flush();
            queue.Confirm(FileEntries - 10, (FileEntries - 10) * 100L);
        }
        using var again = new DestinationQueue(_folder.Path);
        Assert.Equal((FileEntries - 10, FileEntries + 700, 71_000L), (again.Confirmed, again.End, again.Bytes));
        for (var i = again.Confirmed; i < again.End; i++) Assert.Equal(i + 1, again.Read(i)!.Value.Position.Sequence);
        Assert.Null(again.Read(again.End));
        Assert.Equal(FileEntries + 700, again.LastSource);
    }

    private static QueueEntry Entry(long number) => new(new JournalPosition(1, number * 100, number + 1), 100, number + 1, 0);
}
