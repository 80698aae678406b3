using System.Buffers;

namespace Peregrine.Hub.Journal;

/// <summary>Lays records out for one write, in memory that is lent until it is disposed of.</summary>
internal sealed class JournalBuffer(JournalPosition start) : IDisposable
{
    private const int PartBytes = 1024 * 1024;

    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private readonly List<byte[]> _lent = [];
    private byte[] _part = [];
    private int _used;
    private JournalPosition _at = start;

    public JournalPosition End => _at;

    public IReadOnlyList<ReadOnlyMemory<byte>> Parts
    {
        get
        {
            Close();
            return _parts;
        }
    }

    public JournalPosition[] Add(IReadOnlyList<byte[]> payloads, JournalRecordKind kind)
    {
        var positions = new JournalPosition[payloads.Count];
        for (var i = 0; i < payloads.Count; i++)
        {
            var length = RecordFormat.Length(payloads[i].Length);
            RecordFormat.Write(Room(length), _at.Sequence, kind, payloads[i]);
            positions[i] = _at;
            _at = _at with { Offset = _at.Offset + length, Sequence = _at.Sequence + 1 };
        }
        return positions;
    }

    public void Dispose()
    {
        foreach (var part in _lent) ArrayPool<byte>.Shared.Return(part);
        _lent.Clear();
    }

    private Span<byte> Room(int length)
    {
        if (_used + length > _part.Length)
        {
            Close();
            _part = ArrayPool<byte>.Shared.Rent(Math.Max(PartBytes, length));
            _lent.Add(_part);
        }
        _used += length;
        return _part.AsSpan(_used - length, length);
    }

    private void Close()
    {
        if (_used > 0) _parts.Add(_part.AsMemory(0, _used));
        (_part, _used) = ([], 0);
    }
}
