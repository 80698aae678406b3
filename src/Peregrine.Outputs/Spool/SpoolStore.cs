using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Peregrine.Outputs;

/// <summary>
/// Alerts on disk, first in, first out, in files that are only appended to. What <see cref="Append"/> has taken is on the disk. What <see cref="Acknowledge"/> was not told of is there again after
/// the next start: an alert may be delivered twice, and is lost only where the counters say so. One thread appends, another reads.
/// </summary>
internal sealed class SpoolStore : IDisposable
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lock _gate = new();
    private readonly SpoolOptions _options;
    private readonly FileStream _lock;
    private readonly SpoolCursor _cursor;
    private readonly LinkedList<SpoolSegment> _segments = [];
    private readonly ArrayBufferWriter<byte> _records = new(64 * 1024);
    private readonly SpoolReader _reader = new();
    private SafeFileHandle? _writing, _reading;
    private SpoolSegment? _writingTo, _readingFrom;
    private long _next, _bytes;
    private long _read, _readAt, _acknowledged;
    private long _damaged;

    private SpoolStore(SpoolOptions options, FileStream held, SpoolCursor cursor) => (_options, _lock, _cursor) = (options, held, cursor);

    /// <summary>Opens a spool, or makes it.</summary>
    /// <exception cref="IOException">Another process uses it, or it cannot be read.</exception>
    public static SpoolStore Open(SpoolOptions options)
    {
        if (OperatingSystem.IsLinux()) Directory.CreateDirectory(options.Folder, OwnersOnly);
        var held = new FileStream(Path.Combine(options.Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        SpoolCursor? cursor = null;
        try
        {
            cursor = SpoolCursor.Open(options.Folder);
            var store = new SpoolStore(options, held, cursor);
            store.Scan();
            return store;
        }
        catch
        {
            cursor?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Alerts that an earlier run left.</summary>
    public long Recovered { get; private set; }

    /// <summary>The size of its files. From any thread, and without a wait for the disk, for which the lock is held.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Appends alerts and has the disk keep them, all at once.</summary>
    /// <param name="alerts">The alerts, in order.</param>
    /// <returns>How many there was room for.</returns>
    /// <exception cref="IOException">None was taken.</exception>
    public int Append(ReadOnlySpan<Alert> alerts)
    {
        lock (_gate)
        {
            var room = _options.MaxBytes - _bytes - SpoolSegment.HeadSize;
            _records.ResetWrittenCount();
            var count = 0;
            foreach (var alert in alerts)
            {
                var before = _records.WrittenCount;
                SpoolRecord.Write(_records, alert);
                if (_records.WrittenCount > room)
                {
                    Trim(before);
                    break;
                }
                count++;
            }
            if (count > 0) Write(count);
            return count;
        }
    }

    /// <summary>The next alerts that have not been read since the start, in order.</summary>
    /// <returns>How many; 0 when there are none.</returns>
    public int Read(Span<Alert> batch)
    {
        lock (_gate)
        {
            var count = 0;
            while (count < batch.Length && Current() is { } segment)
            {
                var record = _reader.Read(_reading!, _readAt, segment.Length);
                if (record.IsEmpty || SpoolRecord.Read(record) is not { } alert)
                {
                    // Damage ends a batch, so that what comes before it is acknowledged first.
                    if (count == 0) SkipDamage(segment);
                    break;
                }
                _readAt += record.Length;
                _read++;
                batch[count++] = alert;
            }
            return count;
        }
    }

    /// <summary>The alerts, as many, that were read first and not acknowledged yet are done with.</summary>
    /// <exception cref="IOException">It could not be noted down: they may come again after the next start.</exception>
    public void Acknowledge(long count)
    {
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                _acknowledged = Math.Max(_acknowledged, segment.First);
                var some = Math.Clamp(segment.First + segment.Count - _acknowledged, 0, count);
                _acknowledged += some;
                count -= some;
                if (count == 0) break;
            }
            NoteDown();
        }
    }

    /// <summary>Alerts that could not be read since this was last asked.</summary>
    public long TakeDamaged()
    {
        lock (_gate)
        {
            var damaged = _damaged;
            _damaged = 0;
            return damaged;
        }
    }

    public void Sync()
    {
        lock (_gate) _cursor.Sync();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _writing?.Dispose();
            _reading?.Dispose();
            _cursor.Dispose();
            _lock.Dispose();
        }
    }

    private void Scan()
    {
        foreach (var path in Directory.EnumerateFiles(_options.Folder, "*" + SpoolSegment.Extension).Order(StringComparer.Ordinal))
        {
            if (SpoolSegment.Scan(path) is not { } segment) continue;
            // What is missing before it was in a file that is damaged or gone. What is missing at the end of the last file was never taken.
            var expected = Math.Max(_next, _cursor.Next);
            if (expected > 0) _damaged += Math.Max(0, segment.First - expected);
            _next = segment.First + segment.Count;
            if (segment.Count == 0)
            {
                File.Delete(path);
                continue;
            }
            _segments.AddLast(segment);
            _bytes += segment.Length;
        }
        _next = Math.Max(Math.Max(_next, _cursor.Next), 1);
        _acknowledged = _read = _cursor.Next;
        Remove(_acknowledged);
        Recovered = _damaged + _segments.Sum(s => s.First + s.Count - Math.Max(s.First, _acknowledged));
    }

    private void Write(int count)
    {
        if (_writing is not null && _writingTo!.Length + _records.WrittenCount > _options.SegmentBytes && _writingTo.Count > 0) EndSegment();
        try
        {
            if (_writing is null)
            {
                (_writingTo, _writing) = SpoolSegment.Create(_options.Folder, _next);
                _segments.AddLast(_writingTo);
                _bytes += _writingTo.Length;
            }
            RandomAccess.Write(_writing, _records.WrittenSpan, _writingTo!.Length);
            RandomAccess.FlushToDisk(_writing);
        }
        catch
        {
            // Whether the disk has any of it is not known: this file ends where it was right.
            if (_writing is not null) Forsake();
            throw;
        }
        _writingTo.Length += _records.WrittenCount;
        _writingTo.Count += count;
        _bytes += _records.WrittenCount;
        _next += count;
    }

    private void Forsake()
    {
        var (segment, file) = (_writingTo!, _writing!);
        EndSegment(close: false);
        try
        {
            RandomAccess.SetLength(file, segment.Length);
        }
        catch (IOException)
        {
            // Its right part ends all the same where the next file begins.
        }
        file.Dispose();
        if (segment.Count == 0) Drop(segment);
    }

    private void EndSegment(bool close = true)
    {
        if (close) _writing!.Dispose();
        (_writing, _writingTo) = (null, null);
    }

    /// <summary>The segment to read from, opened; null when all was read.</summary>
    private SpoolSegment? Current()
    {
        if (_read >= _next) return null;
        var node = _segments.First;
        while (node is not null && _read >= node.Value.First + node.Value.Count) node = node.Next;
        if (node is null) return null;
        var segment = node.Value;
        if (!ReferenceEquals(segment, _readingFrom))
        {
            _reading?.Dispose();
            _reading = null;
            _readingFrom = null;
            _reading = segment.Open(FileAccess.Read);
            _readingFrom = segment;
            _readAt = SpoolSegment.HeadSize;
            var skip = Math.Max(0, _read - segment.First);
            _read = Math.Max(_read, segment.First);
            for (; skip > 0 && _reader.Read(_reading, _readAt, segment.Length) is { Length: > 0 } record; skip--) _readAt += record.Length;
        }
        return segment;
    }

    private void SkipDamage(SpoolSegment segment)
    {
        var lost = segment.First + segment.Count - _read;
        _damaged += lost;
        _read += lost;
        if (segment == _writingTo) EndSegment();
        segment.Count -= lost;
        _acknowledged = _read;
        NoteDown();
    }

    private void NoteDown()
    {
        try
        {
            _cursor.Write(_acknowledged);
        }
        finally
        {
            Remove(_acknowledged);
        }
    }

    /// <summary>Removes the files that hold nothing from <paramref name="next"/> on.</summary>
    private void Remove(long next)
    {
        while (_segments.First?.Value is { } segment && segment.First + segment.Count <= next && segment != _writingTo) Drop(segment);
        // The last file goes too, once it has a size that is worth it.
        if (_writingTo is { } last && last.First + last.Count <= next && last.Length > _options.SegmentBytes / 2)
        {
            EndSegment();
            Drop(last);
        }
    }

    private void Drop(SpoolSegment segment)
    {
        _segments.Remove(segment);
        _bytes -= segment.Length;
        if (ReferenceEquals(segment, _readingFrom))
        {
            _reading?.Dispose();
            (_reading, _readingFrom) = (null, null);
        }
        File.Delete(segment.Path);
    }

    private void Trim(int length)
    {
        var kept = _records.WrittenSpan[..length].ToArray();
        _records.ResetWrittenCount();
        _records.Write(kept);
    }
}
