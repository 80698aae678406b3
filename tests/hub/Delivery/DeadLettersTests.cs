using System.Text;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Delivery;

/// <summary>What could not be delivered, kept for a replay.</summary>
public sealed class DeadLettersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LettersOfABrokenOffReplayAreCountedListedAndReplayedFirst()
    {
        using (var letters = new DeadLetters(_folder.Path, TimeProvider.System))
        {
            letters.Add("{\"n\":1}"u8.ToArray(), "first");
            letters.Add("{\"n\":2}"u8.ToArray(), "second");
            await Assert.ThrowsAsync<IOException>(async () => await letters.TakeAllAsync(_ => throw new IOException("the disk is full")));
            Assert.Equal(2, letters.Count);
        }
        using var again = new DeadLetters(_folder.Path, TimeProvider.System);
        Assert.Equal(2, again.Count);
        again.Add("{\"n\":3}"u8.ToArray(), "third");
        Assert.Equal(["third", "second", "first"], again.List(10).Select(l => l.Reason));
        var taken = new List<string>();
        Assert.Equal(3, await again.TakeAllAsync(alerts =>
        {
            taken.AddRange(alerts.Select(Encoding.UTF8.GetString));
            return ValueTask.CompletedTask;
        }));
        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], taken);
        Assert.Equal(0, again.Count);
        Assert.Empty(again.List(10));
    }
}
