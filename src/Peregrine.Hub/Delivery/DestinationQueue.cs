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

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly SafeFileHandle _cursor;
    private readonly Dictionary<long, SafeFileHandle> _files = [];
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

    /// <summary>Appends an entry. Not synced: <see cref="Flush"/> does that, before the router writes down how far it came.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Append(QueueEntry entry)
    {
        Span<byte> bytes = stackalloc byte[QueueEntry.Length];
        entry.Write(bytes);
        lock (_lock)
        {
            var (file, at) = Math.DivRem(_end, FileEntries);
            RandomAccess.Write(Open(file), bytes, at * QueueEntry.Length);
            _end++;
            _bytes += entry.Bytes;
            LastSource = Math.Max(LastSource, entry.Source);
            _dirty = true;
            _grown.TrySetResult();
        }
    }

    /// <summary>Brings what was appended to the disk.</summary>
    public void Flush()
    {
        SafeFileHandle[] files;
        lock (_lock)
        {
            if (!_dirty) return;
            _dirty = false;
            files = [.. _files.Values];
        }
        foreach (var file in files) RandomAccess.FlushToDisk(file);
    }

    /// <summary>The entry with this number; null when it is not there.</summary>
    public QueueEntry? Read(long number)
    {
        Span<byte> bytes = stackalloc byte[QueueEntry.Length];
        lock (_lock)
        {
            if (number < _confirmed || number >= _end) return null;
            var (file, at) = Math.DivRem(number, FileEntries);
            return RandomAccess.Read(Open(file), bytes, at * QueueEntry.Length) == bytes.Length && QueueEntry.TryRead(bytes, out var entry) ? entry : null;
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
