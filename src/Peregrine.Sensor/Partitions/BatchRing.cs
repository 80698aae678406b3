namespace Peregrine.Sensor.Partitions;

/// <summary>
/// Hands batches from one thread to all of several others, in order. Bounded: when the slowest of them has all batches still before it, the writer waits. Nothing is allocated, and no lock is taken; who
/// waits longer than a moment sleeps.
/// </summary>
internal sealed class BatchRing : IDisposable
{
    /// <summary>A power of two. With the bytes of a batch it is what may be under way: some two megabytes, a few milliseconds of a flood.</summary>
    private const int Capacity = 32;

    private readonly EventBatch[] _batches = new EventBatch[Capacity];
    private readonly Reader[] _readers;
    private readonly AutoResetEvent _read = new(false);
    private long _published;
    private bool _writerSleeps;
    private volatile bool _ended;

    /// <param name="readers">How many threads take each batch.</param>
    public BatchRing(int readers)
    {
        for (var i = 0; i < Capacity; i++) _batches[i] = new EventBatch(readers + 1);
        _readers = new Reader[readers];
        for (var i = 0; i < readers; i++) _readers[i] = new Reader();
    }

    /// <summary>Batches handed over. Writer only, as all down to <see cref="End"/>.</summary>
    public long Published => _published;

    /// <summary>The batch that is being filled.</summary>
    public EventBatch Current => this[_published];

    public EventBatch this[long number] => _batches[number & (Capacity - 1)];

    /// <summary>Whether a batch more can be filled when those up to <paramref name="emptied"/> may be used again.</summary>
    public bool HasRoom(long emptied) => _published + 1 - emptied < Capacity;

    /// <summary>The batches that all readers are done with.</summary>
    public long Done
    {
        get
        {
            var least = long.MaxValue;
            foreach (var reader in _readers) least = Math.Min(least, Volatile.Read(ref reader.Done));
            return least;
        }
    }

    /// <summary>How many batches a reader has before it.</summary>
    public long Waiting(int reader) => Volatile.Read(ref _published) - Volatile.Read(ref _readers[reader].Done);

    /// <summary>Hands the current batch over.</summary>
    public void Publish()
    {
        Volatile.Write(ref _published, _published + 1);
        // Either the reader sees the batch before it sleeps, or it is seen to sleep here.
        Interlocked.MemoryBarrier();
        foreach (var reader in _readers)
            if (Volatile.Read(ref reader.Sleeps)) reader.Wake.Set();
    }

    /// <summary>Waits until a reader has got further than all had at <paramref name="done"/>, or a while has passed.</summary>
    public void WaitForReaders(long done)
    {
        var spin = default(SpinWait);
        while (Done <= done)
        {
            if (!spin.NextSpinWillYield)
            {
                spin.SpinOnce();
                continue;
            }
            Volatile.Write(ref _writerSleeps, true);
            Interlocked.MemoryBarrier();
            if (Done <= done) _read.WaitOne(TimeSpan.FromMilliseconds(100));
            Volatile.Write(ref _writerSleeps, false);
            return;
        }
    }

    /// <summary>Lets the readers go when they have taken all.</summary>
    public void End()
    {
        _ended = true;
        foreach (var reader in _readers) reader.Wake.Set();
    }

    /// <summary>The reader's next batch, waited for; null at the end.</summary>
    public EventBatch? Take(int index)
    {
        var reader = _readers[index];
        var next = reader.Done;
        var spin = default(SpinWait);
        while (Volatile.Read(ref _published) <= next)
        {
            if (_ended && Volatile.Read(ref _published) <= next) return null;
            if (!spin.NextSpinWillYield)
            {
                spin.SpinOnce();
                continue;
            }
            Volatile.Write(ref reader.Sleeps, true);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _published) <= next && !_ended) reader.Wake.WaitOne();
            Volatile.Write(ref reader.Sleeps, false);
        }
        return this[next];
    }

    /// <summary>The reader is done with the batch that it took.</summary>
    public void Return(int index)
    {
        var reader = _readers[index];
        Volatile.Write(ref reader.Done, reader.Done + 1);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _writerSleeps)) _read.Set();
    }

    public void Dispose()
    {
        foreach (var reader in _readers) reader.Dispose();
        _read.Dispose();
    }

    /// <summary>How far a reader is.</summary>
    private sealed class Reader : IDisposable
    {
        public readonly AutoResetEvent Wake = new(false);
        public long Done;
        public bool Sleeps;

        public void Dispose() => Wake.Dispose();
    }
}
