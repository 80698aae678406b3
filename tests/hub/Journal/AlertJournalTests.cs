using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Journal;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Journal;

public sealed class AlertJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private AlertJournal Open(long segmentBytes = AlertJournal.DefaultSegmentBytes, long atLeast = 1) => AlertJournal.Open(_folder.Path, NullLogger.Instance, segmentBytes, atLeast);

    private static byte[] Payload(int number) => Encoding.UTF8.GetBytes($"{{\"number\":{number}}}" + new string('x', number % 300));

    private static List<JournalRecord> ReadAll(AlertJournal journal)
    {
        using var reader = journal.Read(journal.Begin);
        var records = new List<JournalRecord>();
        while (reader.TryRead(out var record)) records.Add(record);
        return records;
    }

    [Fact]
    public async Task WhatWasAppendedIsReadAgainAfterAReopening()
    {
        await using (var journal = Open(segmentBytes: 5000))
        {
            // Many at once share a write; a segment is left between two writes.
            for (var round = 0; round < 10; round++) await Task.WhenAll(Enumerable.Range(round * 20, 20).Select(i => journal.AppendAsync([Payload(i)]).AsTask()));
        }
        await using var again = Open(segmentBytes: 5000);
        var records = ReadAll(again);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), records.Select(r => r.Position.Sequence));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => Encoding.UTF8.GetString(Payload(i))).Order(StringComparer.Ordinal), records.Select(r => Encoding.UTF8.GetString(r.Payload)).Order(StringComparer.Ordinal));
        Assert.True(Directory.GetFiles(_folder.Path).Length > 3, "the journal should have left segments");
    }

    [Fact]
    public async Task AGroupStaysTogetherAndKeepsItsKind()
    {
        await using var journal = Open();
        var positions = await journal.AppendAsync([Payload(1), Payload(2)], JournalRecordKind.Derived);
        using var reader = journal.Read(journal.Begin);
        Assert.All(positions, p => Assert.Equal(JournalRecordKind.Derived, reader.ReadAt(p).Kind));
        Assert.Equal(Payload(2), reader.ReadAt(positions[1]).Payload);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    public async Task AHalfWrittenEndIsCutOffAndNothingBeforeIt(int cut)
    {
        await using (var journal = Open()) await journal.AppendAsync([Payload(1), Payload(2), Payload(3)]);
        var file = Directory.GetFiles(_folder.Path).Single();
        using (var stream = File.OpenWrite(file)) stream.SetLength(stream.Length - cut);
        await using var again = Open();
        Assert.Equal([Payload(1), Payload(2)], ReadAll(again).Select(r => r.Payload));
        await again.AppendAsync([Payload(4)]);
        Assert.Equal([Payload(1), Payload(2), Payload(4)], ReadAll(again).Select(r => r.Payload));
    }

    [Fact]
    public async Task ADamagedRecordIsNoRecord()
    {
        await using (var journal = Open()) await journal.AppendAsync([Payload(1), Payload(2)]);
        var file = Directory.GetFiles(_folder.Path).Single();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        await using var again = Open();
        Assert.Equal([Payload(1)], ReadAll(again).Select(r => r.Payload));
    }

    [Fact]
    public async Task SegmentsThatNobodyNeedsAreRemoved()
    {
        await using var journal = Open(segmentBytes: 200);
        for (var i = 0; i < 50; i++) await journal.AppendAsync([Payload(100)]);
        journal.RemoveBefore(40);
        Assert.InRange(journal.Begin.Sequence, 35, 40);
        Assert.Equal(50, ReadAll(journal)[^1].Position.Sequence);
        journal.RemoveBefore(1000);
        await journal.AppendAsync([Payload(100)]);
        Assert.Equal(51, ReadAll(journal)[^1].Position.Sequence);
    }

    [Fact]
    public async Task ARemovedJournalGivesNoNumberTwice()
    {
        await using var journal = Open(atLeast: 500);
        var positions = await journal.AppendAsync([Payload(1)]);
        Assert.Equal(500, positions[0].Sequence);
    }

    [Fact]
    public async Task AReaderWaitsForWhatComes()
    {
        await using var journal = Open();
        var wait = journal.WaitForMoreAsync(journal.End, TestContext.Current.CancellationToken).AsTask();
        Assert.False(wait.IsCompleted);
        await journal.AppendAsync([Payload(1)]);
        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
