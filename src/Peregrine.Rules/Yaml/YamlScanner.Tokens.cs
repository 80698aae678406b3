using System.Text;

namespace Peregrine.Rules.Yaml;

internal sealed partial class YamlScanner
{
    private void ScanDirective()
    {
        StartLineToken();
        var mark = _input.Mark;
        var line = new StringBuilder();
        while (!_input.AtEnd && !_input.AtBreak) line.Append((char)_input.Take());
        Push(YamlTokenKind.Directive, mark, line.ToString());
    }

    private void ScanFlowStart()
    {
        if (_flows.Count >= MaxFlowDepth) throw new YamlException(_input.Mark, "bad file");
        NotePossibleKey();
        _keyAllowed = true;
        _afterJsonNode = false;
        var mark = _input.Mark;
        var isSequence = _input.Take() == '[';
        _flows.Push(isSequence);
        Push(isSequence ? YamlTokenKind.FlowSequenceStart : YamlTokenKind.FlowMapStart, mark);
    }

    private void ScanFlowEnd()
    {
        var mark = _input.Mark;
        if (!InFlow) throw new YamlException(mark, "illegal flow end");
        EndFlowItem();
        _keyAllowed = false;
        _afterJsonNode = true;
        var isSequence = _input.Take() == ']';
        if (_flows.Pop() != isSequence) throw new YamlException(mark, "illegal flow end");
        Push(isSequence ? YamlTokenKind.FlowSequenceEnd : YamlTokenKind.FlowMapEnd, mark);
    }

    private void ScanFlowEntry()
    {
        if (!InFlow && !_scalarAllowed) throw new YamlException(_input.Mark, "unexpected scalar");
        EndFlowItem();
        _keyAllowed = true;
        _afterJsonNode = false;
        var mark = _input.Mark;
        _input.Skip();
        Push(YamlTokenKind.FlowEntry, mark);
    }

    /// <summary>In a map a lone scalar is a key without a value; in a sequence it was no key.</summary>
    private void EndFlowItem()
    {
        if (!InFlow) return;
        if (_flows.Peek()) DropKey();
        else if (ConfirmKey()) Push(YamlTokenKind.Value, _input.Mark);
    }

    private void ScanBlockEntry()
    {
        if (InFlow || !_keyAllowed) throw new YamlException(_input.Mark, "illegal block entry");
        OpenIndentation(IndentationOf.Sequence);
        _keyAllowed = true;
        _afterJsonNode = false;
        var mark = _input.Mark;
        _input.Skip();
        Push(YamlTokenKind.BlockEntry, mark);
    }

    private void ScanExplicitKey()
    {
        if (!InFlow)
        {
            if (!_keyAllowed) throw new YamlException(_input.Mark, "illegal map key");
            OpenIndentation(IndentationOf.Map);
        }
        _keyAllowed = !InFlow;
        var mark = _input.Mark;
        _input.Skip();
        Push(YamlTokenKind.Key, mark);
    }

    private void ScanValue()
    {
        var afterKey = ConfirmKey();
        _afterJsonNode = false;
        if (afterKey)
        {
            _keyAllowed = false;
        }
        else
        {
            if (!InFlow)
            {
                if (!_keyAllowed) throw new YamlException(_input.Mark, "illegal map value");
                OpenIndentation(IndentationOf.Map);
            }
            _keyAllowed = !InFlow;
        }
        _scalarAllowed = true;
        var mark = _input.Mark;
        _input.Skip();
        Push(YamlTokenKind.Value, mark);
    }

    private void ScanAnchorOrAlias()
    {
        StartScalar();
        var mark = _input.Mark;
        var isAlias = _input.Take() == '*';
        _text.Length = 0;
        while (!_input.AtEnd && !_input.AtBlankOrBreak && _input.Peek() is not ((byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)','))
            _text.Append(_input.Take());
        if (_text.Length == 0) throw new YamlException(_input.Mark, isAlias ? "alias not found after *" : "anchor not found after &");
        if (!_input.AtEnd && !_input.AtBlankOrBreak && _input.Peek() is not ((byte)',' or (byte)']' or (byte)'}'))
            throw new YamlException(_input.Mark, "illegal character found while scanning " + (isAlias ? "alias" : "anchor"));
        Push(isAlias ? YamlTokenKind.Alias : YamlTokenKind.Anchor, mark, Encoding.UTF8.GetString(_text.Span));
    }

    private void ScanTag()
    {
        StartScalar();
        var mark = _input.Mark;
        _text.Length = 0;
        _text.Append(_input.Take());
        if (_input.Peek() == '<')
        {
            while (_input.Peek() != '>')
            {
                if (_input.AtEnd || _input.AtBlankOrBreak) throw new YamlException(_input.Mark, "end of verbatim tag not found");
                _text.Append(_input.Take());
            }
            _input.Skip();
        }
        else
        {
            while (!_input.AtEnd && !_input.AtBlankOrBreak && _input.Peek() is not ((byte)',' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}'))
                _text.Append(_input.Take());
        }
        Push(YamlTokenKind.Tag, mark, Encoding.UTF8.GetString(_text.Span));
    }

    private void StartScalar()
    {
        NotePossibleKey();
        _keyAllowed = false;
        _afterJsonNode = false;
    }

    private void ScanPlain()
    {
        // The lines of the scalar are held against what was open before it: whether it starts a map itself is not known yet.
        var indent = InFlow ? 0 : BlockColumn + 1;
        NotePossibleKey();
        var mark = _input.Mark;
        var reader = new YamlScalarReader(_input, new YamlScalarStyle
        {
            End = InFlow ? YamlScalarEnd.PlainInFlow : YamlScalarEnd.Plain,
            Folding = YamlFolding.Flow,
            Chomping = YamlChomping.Strip,
            Indent = indent,
            EatLeadingBlanks = true,
            TrimTrailingBlanks = true,
            RefuseTabIndent = true,
            EndAtDocumentMarker = true,
        }, _text);
        var text = reader.Read();
        _keyAllowed = reader.EndedAtLine;
        _afterJsonNode = false;
        Push(YamlTokenKind.Plain, mark, text);
    }

    private void ScanQuoted()
    {
        NotePossibleKey();
        var mark = _input.Mark;
        var single = _input.Take() == '\'';
        var reader = new YamlScalarReader(_input, new YamlScalarStyle
        {
            End = single ? YamlScalarEnd.SingleQuote : YamlScalarEnd.DoubleQuote,
            Folding = YamlFolding.Flow,
            Chomping = YamlChomping.Clip,
            EatLeadingBlanks = true,
            RefuseDocumentMarker = true,
        }, _text);
        var text = reader.Read();
        _keyAllowed = false;
        _scalarAllowed = InFlow;
        _afterJsonNode = true;
        Push(YamlTokenKind.Quoted, mark, text);
    }

    private void ScanBlockScalar()
    {
        var mark = _input.Mark;
        var style = new YamlScalarStyle
        {
            End = YamlScalarEnd.Indentation,
            Folding = _input.Take() == '>' ? YamlFolding.Block : YamlFolding.Keep,
            Chomping = YamlChomping.Clip,
            Indent = 1,
            DetectIndent = true,
            RefuseTabIndent = true,
        };
        ReadBlockHeader(ref style);
        if (BlockColumn >= 0) style.Indent += BlockColumn;
        var reader = new YamlScalarReader(_input, style, _text);
        var text = reader.Read();
        _keyAllowed = true;
        _afterJsonNode = false;
        Push(YamlTokenKind.Block, mark, text);
    }

    /// <summary>What follows <c>|</c> or <c>&gt;</c>: at most one chomping sign and one digit, then a comment.</summary>
    private void ReadBlockHeader(ref YamlScalarStyle style)
    {
        bool sign = false, digit = false;
        while (true)
        {
            var c = _input.Peek();
            if (c is (byte)'+' or (byte)'-' && !sign)
            {
                sign = true;
                style.Chomping = c == '+' ? YamlChomping.Keep : YamlChomping.Strip;
            }
            else if (char.IsAsciiDigit((char)c) && !digit)
            {
                digit = true;
                if (c == '0')
                {
                    _input.Skip();
                    throw new YamlException(_input.Mark, "cannot set zero indentation for a block scalar");
                }
                style.Indent = c - '0';
                style.DetectIndent = false;
            }
            else
            {
                break;
            }
            _input.Skip();
        }
        while (_input.AtBlank) _input.Skip();
        if (_input.Peek() == '#')
            while (!_input.AtEnd && !_input.AtBreak) _input.Skip();
        if (!_input.AtEnd && !_input.AtBreak) throw new YamlException(_input.Mark, "unexpected character in block scalar");
    }
}
