using System.Buffers;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.HubTests.Destinations.Http;

/// <summary>A body's lent memory belongs to it until nobody sends it any more.</summary>
public sealed class LentBodyTests
{
    [Fact]
    public async Task WhatIsStillSentWhenTheAnswerCameIsNotGivenAway()
    {
        var expected = new byte[300_000];
        Random.Shared.NextBytes(expected);
        var body = new LentBody("application/json");
        body.Write(expected);
        using var sent = new SlowStream();
        var sending = body.CopyToAsync(sent, TestContext.Current.CancellationToken);
        body.Dispose();
        // Whoever lends memory now must not get what is sent.
        var others = Enumerable.Range(0, 50).Select(_ => ArrayPool<byte>.Shared.Rent(64 * 1024)).ToList();
        others.ForEach(static o => o.AsSpan().Clear());
        sent.Release();
        await sending;
        Assert.Equal(expected, sent.ToArray());
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => body.CopyToAsync(new MemoryStream(), TestContext.Current.CancellationToken));
        others.ForEach(static o => ArrayPool<byte>.Shared.Return(o));
    }

    /// <summary>Takes nothing until it is told to.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _released.Task.WaitAsync(cancellationToken);
            Write(buffer.Span);
        }
    }
}
