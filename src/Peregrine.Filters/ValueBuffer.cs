namespace Peregrine.Filters;

/// <summary>
/// A scratch area that grows once and is then reused: composed texts are appended and stay valid until <see cref="Reset"/>, which the evaluator calls per event.
/// Growth never moves what was handed out before.
/// </summary>
public sealed class ValueBuffer
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>The most digits of a decimal number, its sign included.</summary>
    private const int MostDigits = 20;

    private readonly List<byte[]> _chunks = [new byte[ChunkSize]];
    private readonly Stack<ListValue> _freeLists = new();
    private readonly List<ListValue> _usedLists = [];
    private byte[] _current;
    private int _chunk;
    private int _at;
    private int _start;

    public ValueBuffer() => _current = _chunks[0];

    public void Reset()
    {
        _chunk = 0;
        _current = _chunks[0];
        _at = 0;
        if (_usedLists.Count == 0) return;
        foreach (var list in _usedLists) _freeLists.Push(list);
        _usedLists.Clear();
    }

    /// <summary>A span of exactly this size to fill; it stays valid until <see cref="Reset"/>.</summary>
    public Span<byte> Take(int size)
    {
        if (size > _current.Length - _at) NextChunk(size);
        var span = _current.AsSpan(_at, size);
        _at += size;
        return span;
    }

    /// <summary>Begins a text composed by the Append methods; only one can be open.</summary>
    public void Begin() => _start = _at;

    public void Append(ReadOnlySpan<byte> part)
    {
        var (current, at) = (_current, _at);
        if (part.Length > current.Length - at)
        {
            Move(part.Length);
            (current, at) = (_current, _at);
        }
        part.CopyTo(current.AsSpan(at));
        _at = at + part.Length;
    }

    public void Append(byte value)
    {
        if (_at == _current.Length) Move(1);
        _current[_at++] = value;
    }

    /// <summary>Appends a decimal number to the open text.</summary>
    public void Append(long number)
    {
        if (_current.Length - _at < MostDigits) Move(MostDigits);
        System.Buffers.Text.Utf8Formatter.TryFormat(number, _current.AsSpan(_at), out var written);
        _at += written;
    }

    /// <summary>Likewise, without a sign.</summary>
    public void Append(ulong number)
    {
        if (_current.Length - _at < MostDigits) Move(MostDigits);
        System.Buffers.Text.Utf8Formatter.TryFormat(number, _current.AsSpan(_at), out var written);
        _at += written;
    }

    /// <summary>How long the open text is so far.</summary>
    public int OpenLength => _at - _start;

    /// <summary>Takes back what was appended to the open text after it was this long.</summary>
    public void Truncate(int length) => _at = _start + length;

    /// <summary>Closes the open text and gives it.</summary>
    public ReadOnlySpan<byte> End() => _current.AsSpan(_start, _at - _start);

    /// <summary>Gives the open text room for so many bytes more, in another chunk.</summary>
    private void Move(int more)
    {
        var open = _current.AsSpan(_start, _at - _start);
        NextChunk(open.Length + more);
        open.CopyTo(_current);
        (_start, _at) = (0, open.Length);
    }

    private void NextChunk(int size)
    {
        do
        {
            if (++_chunk == _chunks.Count) _chunks.Add(new byte[Math.Max(ChunkSize, size)]);
        }
        while (_chunks[_chunk].Length < size);
        _current = _chunks[_chunk];
        _at = 0;
    }

    /// <summary>An empty list, valid until <see cref="Reset"/>.</summary>
    public ListValue List()
    {
        var list = _freeLists.Count > 0 ? _freeLists.Pop() : new ListValue();
        list.Clear();
        _usedLists.Add(list);
        return list;
    }
}

/// <summary>The elements of a list value: numbers, or texts kept in one buffer.</summary>
public sealed class ListValue
{
    private byte[] _bytes = new byte[256];
    private int _used;
    private int[] _ends = new int[16];
    private long[] _numbers = new long[16];

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    public void Add(ReadOnlySpan<byte> text)
    {
        Grow();
        if (_used + text.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + text.Length));
        text.CopyTo(_bytes.AsSpan(_used));
        _used += text.Length;
        _ends[Count++] = _used;
    }

    public void Add(long number)
    {
        Grow();
        _numbers[Count] = number;
        _ends[Count++] = _used;
    }

    public ReadOnlySpan<byte> Text(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _bytes.AsSpan(start, _ends[index] - start);
    }

    public long Number(int index) => _numbers[index];

    private void Grow()
    {
        if (Count < _ends.Length) return;
        Array.Resize(ref _ends, Count * 2);
        Array.Resize(ref _numbers, Count * 2);
    }
}
