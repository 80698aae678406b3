using Microsoft.Win32.SafeHandles;

namespace Peregrine.Hub.Journal;

/// <summary>Reads synced records one after the other, or at known places. Belongs to one task.</summary>
public sealed class JournalReader : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly AlertJournal _journal;
    private readonly JournalFolder _folder;
    private byte[] _buffer = new byte[BufferBytes];
    private long _bufferStart;
    private int _bufferLength;
    private SafeFileHandle? _file;
    private long _segment;

    internal JournalReader(AlertJournal journal, JournalFolder folder, JournalPosition position) => (_journal, _folder, Position) = (journal, folder, position);

    /// <summary>Where the next record stands.</summary>
    public JournalPosition Position { get; private set; }

    /// <summary>The next record; false when all synced ones were read.</summary>
    /// <exception cref="InvalidDataException">A record is damaged; the position stays.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryRead(out JournalRecord record)
    {
        record = default;
        if (Position.Sequence >= _journal.End.Sequence) return false;
        // A segment may end anywhere (a failed write begins a new one), so the next one's first number decides.
        if (_folder.SegmentAfter(Position.Segment) is { } next && Position.Sequence == next) Position = new JournalPosition(next, 0, next);
        record = ReadAt(Position);
        Position = Position with { Offset = Position.Offset + RecordFormat.Length(record.Payload.Length), Sequence = Position.Sequence + 1 };
        return true;
    }

    /// <summary>The record at a place; the reader's own position stays.</summary>
    /// <exception cref="InvalidDataException">There is no intact record.</exception>
    /// <exception cref="IOException">The file cannot be read, or was removed.</exception>
    public JournalRecord ReadAt(JournalPosition position)
    {
        if (_file is null || _segment != position.Segment)
        {
            _file?.Dispose();
            _file = null;
            _file = File.OpenHandle(_folder.File(position.Segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            (_segment, _bufferLength) = (position.Segment, 0);
        }
        var header = Bytes(position.Offset, RecordFormat.HeaderLength).ToArray();
        var length = header.Length == RecordFormat.HeaderLength ? RecordFormat.BodyLength(header) : 0;
        var body = length == 0 ? default : Bytes(position.Offset + RecordFormat.HeaderLength, length);
        if (length == 0 || body.Length != length || !RecordFormat.IsIntact(header, body, position.Sequence))
            throw new InvalidDataException($"record {position.Sequence} at byte {position.Offset} of {_folder.File(position.Segment)} is damaged");
        return new JournalRecord(position, (JournalRecordKind)body[0], body[1..].ToArray());
    }

    public void Dispose() => _file?.Dispose();

    private ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        if (offset < _bufferStart || offset + length > _bufferStart + _bufferLength)
        {
            if (length > _buffer.Length) _buffer = new byte[length];
            _bufferStart = offset;
            _bufferLength = RandomAccess.Read(_file!, _buffer, offset);
        }
        var at = (int)(offset - _bufferStart);
        return _buffer.AsSpan(at, Math.Min(length, _bufferLength - at));
    }
}
