using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Peregrine.Hub.Delivery;

/// <summary>
/// The durable queue of one destination: files of fixed-size entries, and a file with how far deliveries have come. The router appends, the destination's worker reads and confirms; both may do so at once.
/// Entries are numbered from 0 without gaps.
/// </summary>
public sealed class DestinationQueue : IDisposable
{
    // Entries in one file: 3 MiB. Files that are confirmed whole are removed.
    private const int FileEntries = 65_536;
    private const string Extension = ".queue";
    private const string CursorFile = "confirmed";

    // Entries that one write or one read of a file takes together: a system call for each would cost more than all else.
    private const int Together = 256;

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly SafeFileHandle _cursor;
    private readonly Dictionary<long, SafeFileHandle> _files = [];
    private readonly List<QueueEntry> _unwritten = [];
    private readonly byte[] _bytesToWrite = new byte[Together * QueueEntry.Length];
    private readonly byte[] _bytesRead = new byte[Together * QueueEntry.Length];
    private (long First, int Count) _read;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _confirmed;
    private long _end;
    private long _bytes;
    private bool _dirty;

    /// <summary>Opens the queue of a folder, making it if there is none.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public DestinationQueue(string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        _cursor = File.OpenHandle(Path.Combine(_path, CursorFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        _confirmed = ReadCursor();
        Recover();
    }

    /// <summary>Entries before this number are done.</summary>
    public long Confirmed
    {
        get
        {
            lock (_lock) return _confirmed;
        }
    }

    /// <summary>The number of the next entry.</summary>
    public long End
    {
        get
        {
            lock (_lock) return _end;
        }
    }

    public long Count
    {
        get
        {
            lock (_lock) return _end - _confirmed;
        }
    }

    /// <summary>Bytes of the alerts that wait.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _bytes;
        }
    }

    /// <summary>The last journal record whose routing put something here; 0 for none.</summary>
    public long LastSource { get; private set; }

    /// <summary>Takes an entry, which is there for readers after the next <see cref="Write"/>.</summary>
    public void Append(QueueEntry entry)
    {
        lock (_lock)
        {
            _unwritten.Add(entry);
            LastSource = Math.Max(LastSource, entry.Source);
        }
    }

    /// <summary>Writes what was appended. Not synced: <see cref="Flush"/> does that, before the router writes down how far it came.</summary>
    /// <exception cref="IOException">The disk does not take it; what was not written is kept for the next call.</exception>
    public void Write()
    {
        lock (_lock)
        {
            var written = 0;
            try
            {
                while (written < _unwritten.Count) written += WritePart(written);
            }
            finally
            {
                _unwritten.RemoveRange(0, written);
                if (written > 0) _grown.TrySetResult();
            }
        }
    }

    private int WritePart(int from)
    {
        var (file, at) = Math.DivRem(_end, FileEntries);
        var count = (int)Math.Min(Math.Min(Together, _unwritten.Count - from), FileEntries - at);
        for (var i = 0; i < count; i++) _unwritten[from + i].Write(_bytesToWrite.AsSpan(i * QueueEntry.Length));
        RandomAccess.Write(Open(file), _bytesToWrite.AsSpan(0, count * QueueEntry.Length), at * QueueEntry.Length);
        for (var i = 0; i < count; i++) _bytes += _unwritten[from + i].Bytes;
        _end += count;
        _dirty = true;
        return count;
    }

    /// <summary>Brings what was appended to the disk.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Flush()
    {
        Write();
        SafeFileHandle[] files;
        lock (_lock)
        {
            if (!_dirty) return;
            _dirty = false;
            files = [.. _files.Values];
        }
        foreach (var file in files)
        {
            try
            {
                RandomAccess.FlushToDisk(file);
            }
            catch (ObjectDisposedException)
            {
                // Closed meanwhile: it was flushed before, or all its entries are done.
            }
        }
    }

    /// <summary>The entry with this number; null when it is not there.</summary>
    public QueueEntry? Read(long number)
    {
        lock (_lock)
        {
            if (number < _confirmed || number >= _end) return null;
            if (number < _read.First || number >= _read.First + _read.Count)
            {
                var (file, at) = Math.DivRem(number, FileEntries);
                var most = (int)Math.Min(Together, _end - number) * QueueEntry.Length;
                _read = (number, RandomAccess.Read(Open(file), _bytesRead.AsSpan(0, most), at * QueueEntry.Length) / QueueEntry.Length);
                if (_read.Count == 0) return null;
            }
            return QueueEntry.TryRead(_bytesRead.AsSpan((int)(number - _read.First) * QueueEntry.Length), out var entry) ? entry : null;
        }
    }

    /// <summary>Everything before this number is done. Not synced: a power cut may let the last deliveries happen again, never skip one.</summary>
    public void Confirm(long number, long bytes)
    {
        Span<byte> cursor = stackalloc byte[12];
        lock (_lock)
        {
            if (number <= _confirmed) return;
            var before = _confirmed / FileEntries;
            _confirmed = number;
            _bytes -= bytes;
            BinaryPrimitives.WriteInt64LittleEndian(cursor, number);
            BinaryPrimitives.WriteUInt32LittleEndian(cursor[8..], Crc32.HashToUInt32(cursor[..8]));
            RandomAccess.Write(_cursor, cursor, 0);
            for (var file = before; file < _confirmed / FileEntries; file++) Remove(file);
        }
    }

    /// <summary>Waits until there is an entry with this number.</summary>
    public async ValueTask WaitAsync(long number, CancellationToken cancellation)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if (_end > number) return;
                if (_grown.Task.IsCompleted) _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                grown = _grown.Task;
            }
            await grown.WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var file in _files.Values) file.Dispose();
            _files.Clear();
            _cursor.Dispose();
        }
    }

    private long ReadCursor()
    {
        Span<byte> bytes = stackalloc byte[12];
        if (RandomAccess.Read(_cursor, bytes, 0) < bytes.Length || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Crc32.HashToUInt32(bytes[..8])) return 0;
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private void Recover()
    {
        var numbers = Directory.EnumerateFiles(_path, "*" + Extension).Select(f => long.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture)).Order().ToList();
        // Without a readable cursor everything that is there is delivered again: at least once.
        if (numbers.Count > 0) _confirmed = Math.Max(_confirmed, numbers[0] * FileEntries);
        _end = _confirmed;
        var buffer = new byte[FileEntries * QueueEntry.Length];
        foreach (var number in numbers)
        {
            if ((number + 1) * FileEntries <= _confirmed)
            {
                File.Delete(FileName(number));
                continue;
            }
            var length = RandomAccess.Read(Open(number), buffer, 0);
            for (var at = 0; at + QueueEntry.Length <= length && QueueEntry.TryRead(buffer.AsSpan(at), out var entry); at += QueueEntry.Length)
            {
                var index = number * FileEntries + at / QueueEntry.Length;
                LastSource = Math.Max(LastSource, entry.Source);
                if (index < _confirmed) continue;
                _end = index + 1;
                _bytes += entry.Bytes;
            }
        }
    }

    private string FileName(long file) => Path.Combine(_path, file.ToString("D12", CultureInfo.InvariantCulture) + Extension);

    private SafeFileHandle Open(long file)
    {
        if (_files.TryGetValue(file, out var handle)) return handle;
        // The router writes at the end, the worker reads at the beginning: what lies between is reopened when it is its turn.
        foreach (var other in _files.Keys.Where(f => f != _end / FileEntries && f != _confirmed / FileEntries).ToList())
        {
            RandomAccess.FlushToDisk(_files[other]);
            _files[other].Dispose();
            _files.Remove(other);
        }
        return _files[file] = File.OpenHandle(FileName(file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Remove(long file)
    {
        if (_files.Remove(file, out var handle)) handle.Dispose();
        File.Delete(FileName(file));
    }
}
