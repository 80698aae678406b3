using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Peregrine.Hub.Journal;

/// <summary>The segments of a journal as files: <c>NUMBER.journal</c>, the number of the first record in 20 digits.</summary>
internal sealed class JournalFolder : IDisposable
{
    private const string Extension = ".journal";

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _segments = [];
    private SafeFileHandle? _open;
    private long _openSegment;

    public JournalFolder(string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        foreach (var file in Directory.EnumerateFiles(_path, "*" + Extension))
            if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var first)) _segments.Add(first);
    }

    public string File(long segment) => Path.Combine(_path, segment.ToString("D20", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Finds the end of the last segment and cuts off what is no whole record.</summary>
    public JournalPosition Recover(out long cut)
    {
        cut = 0;
        if (_segments.Count == 0) return StartSegment(JournalPosition.Start);
        var last = _segments.Max;
        _open = System.IO.File.OpenHandle(File(last), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _openSegment = last;
        var end = SegmentEnd(_open, last);
        var length = RandomAccess.GetLength(_open);
        if (length == end.Offset) return end;
        cut = length - end.Offset;
        RandomAccess.SetLength(_open, end.Offset);
        RandomAccess.FlushToDisk(_open);
        return end;
    }

    public bool IsOpen(long segment) => _open is not null && _openSegment == segment;

    /// <summary>Begins the segment whose first record is the next one.</summary>
    public JournalPosition StartSegment(JournalPosition end)
    {
        _open?.Dispose();
        _open = null;
        var start = new JournalPosition(end.Sequence, 0, end.Sequence);
        _open = System.IO.File.OpenHandle(File(start.Segment), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _openSegment = start.Segment;
        FolderSync.Sync(_path);
        lock (_lock) _segments.Add(start.Segment);
        return start;
    }

    public void WriteAndSync(JournalPosition at, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        RandomAccess.Write(_open!, parts, at.Offset);
        RandomAccess.FlushToDisk(_open!);
    }

    /// <summary>Leaves the open segment after a failure: what is behind the last good record is cut if the disk lets us, and the next write begins a new segment.</summary>
    public void Abandon(JournalPosition good)
    {
        try
        {
            if (_open is not null && _openSegment == good.Segment) RandomAccess.SetLength(_open, good.Offset);
        }
        catch (IOException)
        {
            // Then the tail stays; its checksums say what it is, and its numbers are given again in the next segment.
        }
        _open?.Dispose();
        _open = null;
    }

    /// <summary>The segment that holds a record, and where the one behind it begins.</summary>
    public long? SegmentAfter(long segment)
    {
        lock (_lock) return _segments.GetViewBetween(segment + 1, long.MaxValue) is { Count: > 0 } later ? later.Min : null;
    }

    public JournalPosition Begin(JournalPosition end)
    {
        lock (_lock) return _segments.Count == 0 ? end : new JournalPosition(_segments.Min, 0, _segments.Min);
    }

    public JournalPosition SegmentOf(long sequence, JournalPosition end)
    {
        lock (_lock)
        {
            if (_segments.Count == 0) return end;
            var segment = _segments.GetViewBetween(long.MinValue, sequence) is { Count: > 0 } earlier ? earlier.Max : _segments.Min;
            return new JournalPosition(segment, 0, segment);
        }
    }

    /// <summary>Bytes of the segments from this one on.</summary>
    public long Bytes(long from = 0)
    {
        long[] segments;
        lock (_lock) segments = [.. _segments.Where(s => s >= from)];
        return segments.Sum(s => new FileInfo(File(s)) is { Exists: true } file ? file.Length : 0);
    }

    public void RemoveBefore(long sequence, long openSegment)
    {
        while (true)
        {
            long first;
            lock (_lock)
            {
                if (_segments.Count < 2) return;
                first = _segments.Min;
                var next = _segments.GetViewBetween(first + 1, long.MaxValue).Min;
                if (next > sequence || first == openSegment) return;
                _segments.Remove(first);
            }
            System.IO.File.Delete(File(first));
        }
    }

    public void Dispose() => _open?.Dispose();

    private static JournalPosition SegmentEnd(SafeFileHandle file, long segment)
    {
        var at = new JournalPosition(segment, 0, segment);
        var header = new byte[RecordFormat.HeaderLength];
        var length = RandomAccess.GetLength(file);
        while (RandomAccess.Read(file, header, at.Offset) == header.Length)
        {
            var bodyLength = RecordFormat.BodyLength(header);
            if (bodyLength == 0 || at.Offset + header.Length + bodyLength > length) break;
            var body = new byte[bodyLength];
            if (RandomAccess.Read(file, body, at.Offset + header.Length) != bodyLength || !RecordFormat.IsIntact(header, body, at.Sequence)) break;
            at = at with { Offset = at.Offset + header.Length + bodyLength, Sequence = at.Sequence + 1 };
        }
        return at;
    }
}
