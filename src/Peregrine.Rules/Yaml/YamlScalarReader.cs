using System.Text;

namespace Peregrine.Rules.Yaml;

/// <summary>Reads one scalar of any style: line by line, folding the breaks between lines, then cutting what the style cuts at the end.</summary>
internal ref struct YamlScalarReader
{
    private readonly YamlInput _input;
    private YamlScalarStyle _style;
    private readonly YamlText _text;
    private int _escapedEnd = -1;
    private int _foldedBreaks;
    private bool _foldStartedIndented;
    private bool _emptyLine;
    private bool _moreIndented;
    private bool _seenText;
    private bool _pastFirstBreak;

    public YamlScalarReader(YamlInput input, YamlScalarStyle style, YamlText text)
    {
        (_input, _style, _text) = (input, style, text);
        _pastFirstBreak = style.Folding == YamlFolding.Flow;
        text.Length = 0;
    }

    /// <summary>Whether the scalar ended because a line was indented less: a key may follow.</summary>
    public bool EndedAtLine { get; private set; }

    public string Read()
    {
        while (!_input.AtEnd)
        {
            var end = ReadLine(out var textEnd, out var escapedBreak);
            if (end) break;
            if (_style.Folding == YamlFolding.Flow) _text.Length = Math.Min(_text.Length, textEnd);
            _input.Skip(_input.BreakLength());
            SkipIndentation();
            Fold(escapedBreak);
            if (!_emptyLine && _input.Column < _style.Indent)
            {
                EndedAtLine = true;
                break;
            }
        }
        Trim();
        return Encoding.UTF8.GetString(_text.Span);
    }

    /// <summary>Reads to the end of the line or of the scalar; true when the scalar is over.</summary>
    private bool ReadLine(out int textEnd, out bool escapedBreak)
    {
        textEnd = _text.Length;
        escapedBreak = false;
        while (!_input.AtEnd && !AtEndMark() && !_input.AtBreak)
        {
            if ((_style.EndAtDocumentMarker || _style.RefuseDocumentMarker) && _input.AtDocumentIndicator)
            {
                if (_style.RefuseDocumentMarker) throw new YamlException(_input.Mark, "illegal document indicator in scalar");
                break;
            }
            _seenText = true;
            _pastFirstBreak = true;
            if (_style.End == YamlScalarEnd.DoubleQuote && _input.Peek() == '\\')
            {
                if (_input.Peek(1) is (byte)'\n' or (byte)'\r')
                {
                    _input.Skip();
                    escapedBreak = true;
                    textEnd = _escapedEnd = _text.Length;
                    break;
                }
                _text.Append(YamlEscape.Read(_input));
                textEnd = _escapedEnd = _text.Length;
                continue;
            }
            if (_style.End == YamlScalarEnd.SingleQuote && _input.Peek() == '\'')
            {
                _input.Skip(2);
                _text.Append((byte)'\'');
                textEnd = _escapedEnd = _text.Length;
                continue;
            }
            var c = _input.Take();
            _text.Append(c);
            if (c is not ((byte)' ' or (byte)'\t')) textEnd = _text.Length;
        }
        if (_input.AtEnd)
        {
            if (_style.IsQuoted) throw new YamlException(_input.Mark, "illegal EOF in scalar");
            return true;
        }
        if (_style.EndAtDocumentMarker && _input.AtDocumentIndicator) return true;
        if (!AtEndMark()) return false;
        if (_style.IsQuoted) _input.Skip();
        return true;
    }

    private readonly bool AtEndMark() => _style.End switch
    {
        YamlScalarEnd.Plain => (_input.Peek() == ':' && _input.SeparatedAt(1)) || AtComment(),
        YamlScalarEnd.PlainInFlow => AtFlowEnd() || AtComment(),
        YamlScalarEnd.SingleQuote => _input.Peek() == '\'' && _input.Peek(1) != '\'',
        YamlScalarEnd.DoubleQuote => _input.Peek() == '"',
        _ => false,
    };

    private readonly bool AtComment() => _input.AtBlankOrBreak && _input.Peek(1) == '#';

    private readonly bool AtFlowEnd() => _input.Peek() switch
    {
        (byte)',' or (byte)'?' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' => true,
        (byte)':' => _input.SeparatedAt(1) || _input.Peek(1) is (byte)',' or (byte)']' or (byte)'}',
        _ => false,
    };

    private void SkipIndentation()
    {
        while (_input.Peek() == ' ' && (_input.Column < _style.Indent || (_style.DetectIndent && !_seenText)) && !AtEndMark())
            _input.Skip();
        if (_style.DetectIndent && !_seenText) _style.Indent = Math.Max(_style.Indent, _input.Column);
        while (_input.AtBlank)
        {
            if (_input.Peek() == '\t' && _input.Column < _style.Indent && _style.RefuseTabIndent)
                throw new YamlException(_input.Mark, "illegal tab when looking for indentation");
            if (!_style.EatLeadingBlanks || AtEndMark()) break;
            _input.Skip();
        }
    }

    private void Fold(bool escapedBreak)
    {
        var nextEmpty = _input.AtBreak;
        var nextIndented = _input.AtBlank;
        if (_style.Folding == YamlFolding.Block && _foldedBreaks == 0 && nextEmpty) _foldStartedIndented = _moreIndented;
        if (_pastFirstBreak)
        {
            switch (_style.Folding)
            {
                case YamlFolding.Keep:
                    _text.Append((byte)'\n');
                    break;
                case YamlFolding.Block:
                    FoldBlock(nextEmpty, nextIndented);
                    break;
                default:
                    if (nextEmpty) _text.Append((byte)'\n');
                    else if (!_emptyLine && !escapedBreak) _text.Append((byte)' ');
                    break;
            }
        }
        _emptyLine = nextEmpty;
        _moreIndented = nextIndented;
        _pastFirstBreak = true;
    }

    private void FoldBlock(bool nextEmpty, bool nextIndented)
    {
        if (!_emptyLine && !nextEmpty && !_moreIndented && !nextIndented && _input.Column >= _style.Indent) _text.Append((byte)' ');
        else if (nextEmpty) _foldedBreaks++;
        else _text.Append((byte)'\n');
        if (nextEmpty || _foldedBreaks == 0) return;
        for (var i = 1; i < _foldedBreaks; i++) _text.Append((byte)'\n');
        if (_foldStartedIndented || nextIndented || !_seenText) _text.Append((byte)'\n');
        _foldedBreaks = 0;
    }

    private void Trim()
    {
        if (_style.TrimTrailingBlanks) _text.Length = Math.Max(_text.Span.TrimEnd(" \t"u8).Length, Math.Min(_escapedEnd + 1, _text.Length));
        if (_style.Chomping == YamlChomping.Keep) return;
        var kept = Math.Max(_text.Span.TrimEnd((byte)'\n').Length, Math.Min(_escapedEnd + 1, _text.Length));
        if (_style.Chomping == YamlChomping.Clip && kept > 0 && kept < _text.Length) kept++;
        _text.Length = kept;
    }
}
