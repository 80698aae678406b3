using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>A process's descriptors, whichever numbers they have.</summary>
public sealed class FdTableTests
{
    [Theory]
    [InlineData(12, 12)]
    [InlineData(12, 300)]
    [InlineData(2000, 2000)]
    [InlineData(40, 1_000_000)]
    public void ItHoldsWhatADictionaryHolds(int open, int numbers)
    {
        var random = new Random(open + numbers);
        long[] fds = [.. Enumerable.Range(0, open).Select(_ => (long)random.Next(numbers)).Distinct()];
        var (table, model) = (new FdTable(), new Dictionary<long, FdEntry>());
        for (var i = 0; i < 20_000; i++)
        {
            var fd = fds[random.Next(fds.Length)];
            if (random.Next(10) < (i < 5000 ? 8 : 4))
            {
                var entry = new FdEntry();
                table.Set(fd, entry);
                model[fd] = entry;
            }
            else
            {
                Assert.Equal(model.Remove(fd, out var expected), table.Remove(fd, out var removed));
                Assert.Same(expected, removed);
            }
            Assert.Same(model.GetValueOrDefault(fd), table.Find(fd));
            if (i % 500 == 0) Check(model, table);
        }
        var fork = table.Fork();
        Check(model, fork);
        foreach (var entry in model.Values) Assert.Equal(2, entry.References);
        table.Clear();
        Assert.Empty(table.Entries());
        Check(model, fork);
        foreach (var entry in model.Values) Assert.Equal(1, entry.References);
    }

    /// <summary>With more room than the next process needs, and with less; low and high.</summary>
    [Theory]
    [InlineData(3, 200)]
    [InlineData(200, 3)]
    [InlineData(20, 20)]
    public void TheTableOfAProcessThatEndedServesTheNext(int first, int second)
    {
        var pool = new FdPool { Statistics = new StateStatistics() };
        var before = Table(first);
        var after = Table(second);
        var ended = before.Fork();
        pool.Return(ended);
        Assert.Empty(ended.Entries());
        Assert.All(before.Entries(), e => Assert.Equal(1, e.Entry.References));
        var fork = after.Fork();
        Assert.Same(ended, fork);
        Assert.Equal(after.Count, fork.Count);
        foreach (var (fd, entry) in after.Entries())
        {
            Assert.Same(entry, fork.Find(fd));
            Assert.Equal(2, entry.References);
        }
        Assert.Equal(after.Entries().Count(), fork.Entries().Count());
        Assert.NotSame(fork, after.Fork());

        FdTable Table(int open)
        {
            var table = new FdTable { Pool = pool };
            foreach (var fd in Enumerable.Range(0, open)) table.Set(fd, new FdEntry());
            foreach (var fd in Enumerable.Range(0, 1 + open / 50)) table.Set(255 + fd * 1000, new FdEntry());
            return table;
        }
    }

    /// <summary>More of them than are taken out at a time, low and high.</summary>
    [Fact]
    public void WhatIsMarkedIsClosedByAnExec()
    {
        var table = new FdTable();
        long[] fds = [0, 3, 7, .. Enumerable.Range(0, 100).Select(i => 10_000L + i * 97)];
        foreach (var fd in fds) table.Set(fd, new FdEntry { Flags = fd % 2 == 0 ? FdFlags.CloseOnExec : 0 });
        table.CloseOnExec();
        Assert.Equal(fds.Where(fd => fd % 2 != 0).Order(), table.Entries().Select(e => e.Fd).Order());
    }

    [Fact]
    public void ARangeIsMarkedOrClosed()
    {
        var table = new FdTable();
        var shared = new FdEntry();
        long[] fds = [0, 1, 5, 255, 256, 70_000, 80_000];
        foreach (var fd in fds) table.Set(fd, shared);
        table.SetCloseOnExec(5, 70_000);
        Assert.Equal([5, 255, 256, 70_000], table.Entries().Where(e => e.Entry.IsCloseOnExec).Select(e => e.Fd).Order());
        table.RemoveRange(1, 255);
        Assert.Equal([0, 256, 70_000, 80_000], table.Entries().Select(e => e.Fd).Order());
    }

    [Fact]
    public void MoreThanTheLimitIsNotKept()
    {
        var table = new FdTable { Limit = 3 };
        for (var fd = 0; fd < 5; fd++) table.Set(fd * 1000, new FdEntry());
        Assert.Equal(3, table.Count);
        Assert.Null(table.Find(3000));
    }

    private static void Check(Dictionary<long, FdEntry> model, FdTable table)
    {
        Assert.Equal(model.Count, table.Count);
        Assert.Equal(model.OrderBy(p => p.Key).Select(p => (p.Key, p.Value)), table.Entries().OrderBy(e => e.Fd));
        foreach (var (fd, entry) in model) Assert.Same(entry, table.Find(fd));
    }
}
