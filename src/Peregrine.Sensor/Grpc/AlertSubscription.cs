using System.Threading.Channels;

namespace Peregrine.Sensor.Grpc;

/// <summary>One subscriber's own queue: filled by the feed, which never waits, and read by the subscriber's call.</summary>
internal sealed class AlertSubscription : IDisposable
{
    private readonly Channel<byte[]> _queue;
    private readonly Action<AlertSubscription> _end;
    private readonly long _mostBytes;
    private long _bytes;

    public AlertSubscription(int capacity, long mostBytes, Action<AlertSubscription> end)
    {
        _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = false, FullMode = BoundedChannelFullMode.Wait });
        (_mostBytes, _end) = (mostBytes, end);
    }

    /// <summary>False when there is no room.</summary>
    public bool TryAdd(byte[] message)
    {
        if (Interlocked.Read(ref _bytes) + message.Length > _mostBytes || !_queue.Writer.TryWrite(message)) return false;
        Interlocked.Add(ref _bytes, message.Length);
        return true;
    }

    public bool TryTake(out byte[] message)
    {
        if (!_queue.Reader.TryRead(out message!)) return false;
        Interlocked.Add(ref _bytes, -message.Length);
        return true;
    }

    public async Task WaitAsync(CancellationToken cancelled) => await _queue.Reader.WaitToReadAsync(cancelled).ConfigureAwait(false);

    public void Dispose() => _end(this);
}
