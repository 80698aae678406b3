namespace Peregrine.Rules.Yaml;

/// <summary>Walks over the bytes of a text and knows the place. A byte 4 ends the text, as in the reference's reader.</summary>
internal sealed class YamlInput
{
    private const byte EndOfText = 4;
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly int _end;
    private int _at;
    private int _line;
    private int _column;

    public YamlInput(byte[] utf8)
    {
        _bytes = utf8;
        _start = _at = utf8.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var stop = utf8.AsSpan(_at).IndexOf(EndOfText);
        _end = stop < 0 ? utf8.Length : _at + stop;
    }

    public bool AtEnd => _at >= _end;

    public int Column => _column;

    public int Line => _line;

    public int Offset => _at - _start;

    public YamlMark Mark => new(_at - _start, _line, _column);

    /// <summary>The byte here; 4 at the end.</summary>
    public byte Peek() => _at < _end ? _bytes[_at] : EndOfText;

    /// <summary>The byte so many places on; 4 past the end.</summary>
    public byte Peek(int ahead) => _at + ahead < _end ? _bytes[_at + ahead] : EndOfText;

    public byte Take()
    {
        var c = _bytes[_at];
        Skip();
        return c;
    }

    public void Skip()
    {
        if (_at >= _end) return;
        if (_bytes[_at++] == '\n')
        {
            _line++;
            _column = 0;
        }
        else
        {
            _column++;
        }
    }

    public void Skip(int count)
    {
        for (var i = 0; i < count; i++) Skip();
    }

    /// <summary>At the end of the text an unfinished line counts as finished.</summary>
    public void ResetColumn() => _column = 0;

    public bool AtBlank => Peek() is (byte)' ' or (byte)'\t';

    /// <summary>Length of the line break here, 0 when there is none.</summary>
    public int BreakLength() => Peek() switch
    {
        (byte)'\n' => 1,
        (byte)'\r' => Peek(1) == '\n' ? 2 : 1,
        _ => 0,
    };

    public bool AtBreak => Peek() is (byte)'\n' or (byte)'\r';

    public bool AtBlankOrBreak => IsBlankOrBreak(Peek());

    /// <summary>Whether what follows so many bytes on is a blank, a break or the end: what makes an indicator of a character.</summary>
    public bool SeparatedAt(int ahead) => _at + ahead >= _end || IsBlankOrBreak(_bytes[_at + ahead]);

    public bool BlankOrBreakAt(int ahead) => _at + ahead < _end && IsBlankOrBreak(_bytes[_at + ahead]);

    public bool IsPast(int ahead) => _at + ahead >= _end;

    /// <summary><c>---</c> or <c>...</c> at the start of a line.</summary>
    public bool AtDocumentMarker(byte of) => _column == 0 && Peek() == of && Peek(1) == of && Peek(2) == of && SeparatedAt(3);

    public bool AtDocumentIndicator => AtDocumentMarker((byte)'-') || AtDocumentMarker((byte)'.');

    private static bool IsBlankOrBreak(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
}
