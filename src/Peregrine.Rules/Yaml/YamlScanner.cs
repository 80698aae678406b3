namespace Peregrine.Rules.Yaml;

/// <summary>
/// Splits a text into tokens, deciding what a line's indentation opens and closes. It behaves as yaml-cpp does, in what it accepts and in the places and words
/// of its errors, because those are what people's rule files and their checks were written against.
/// </summary>
/// <remarks>A key is only known by the colon after it, so its token (and the start of its map) stays open until then; at most 1,024 bytes on one line.</remarks>
internal sealed partial class YamlScanner
{
    /// <summary>Deeper flow collections cannot be composed anyway (<see cref="YamlComposer"/>); refusing them here bounds the memory for hostile text.</summary>
    private const int MaxFlowDepth = 500;

    private const int MaxKeyLength = 1024;

    private readonly YamlInput _input;
    private readonly YamlText _text = new();
    private readonly Queue<YamlToken> _tokens = new();
    private readonly Stack<Indentation> _indents = new();
    private readonly Stack<PossibleKey> _keys = new();
    private readonly Stack<bool> _flows = new();
    private bool _ended;
    private bool _keyAllowed = true;
    private bool _scalarAllowed = true;
    private bool _afterJsonNode;

    public YamlScanner(byte[] utf8)
    {
        _input = new YamlInput(utf8);
        _indents.Push(new Indentation(-1, IndentationOf.Nothing));
    }

    public YamlMark Mark => _input.Mark;

    /// <summary>The next token without taking it; null at the end.</summary>
    public YamlToken? Peek()
    {
        while (true)
        {
            if (_tokens.TryPeek(out var token))
            {
                if (token.State == YamlTokenState.Certain) return token;
                if (token.State == YamlTokenState.Dropped)
                {
                    _tokens.Dequeue();
                    continue;
                }
                if (DropLateKeys()) continue;
            }
            if (_ended) return null;
            Scan();
        }
    }

    public void Take()
    {
        if (Peek() is not null) _tokens.Dequeue();
    }

    private bool InFlow => _flows.Count > 0;

    private void Scan()
    {
        SkipToToken();
        CloseIndentations();
        if (_input.AtEnd)
        {
            End();
            return;
        }
        if (_input.Column == 0 && ScanAtLineStart()) return;
        var c = _input.Peek();
        switch (c)
        {
            case (byte)'[' or (byte)'{':
                ScanFlowStart();
                return;
            case (byte)']' or (byte)'}':
                ScanFlowEnd();
                return;
            case (byte)',':
                ScanFlowEntry();
                return;
            case (byte)'-' when _input.SeparatedAt(1):
                ScanBlockEntry();
                return;
            case (byte)'?' when _input.BlankOrBreakAt(1):
                ScanExplicitKey();
                return;
            case (byte)':' when AtValue():
                ScanValue();
                return;
            case (byte)'*' or (byte)'&':
                ScanAnchorOrAlias();
                return;
            case (byte)'!':
                ScanTag();
                return;
            case (byte)'|' or (byte)'>' when !InFlow:
                ScanBlockScalar();
                return;
            case (byte)'\'' or (byte)'"':
                ScanQuoted();
                return;
        }
        if (!CanStartPlain(c)) throw new YamlException(_input.Mark, "unknown token");
        ScanPlain();
    }

    private bool ScanAtLineStart()
    {
        if (_input.Peek() == '%')
        {
            ScanDirective();
            return true;
        }
        var start = _input.AtDocumentMarker((byte)'-');
        if (!start && !_input.AtDocumentMarker((byte)'.')) return false;
        StartLineToken();
        var mark = _input.Mark;
        _input.Skip(3);
        Push(start ? YamlTokenKind.DocumentStart : YamlTokenKind.DocumentEnd, mark);
        return true;
    }

    private void StartLineToken()
    {
        CloseAllIndentations();
        DropAllKeys();
        _keyAllowed = false;
        _afterJsonNode = false;
    }

    private bool AtValue()
    {
        if (!InFlow) return _input.SeparatedAt(1);
        return _afterJsonNode || _input.BlankOrBreakAt(1) || _input.Peek(1) is (byte)',' or (byte)']' or (byte)'}';
    }

    private bool CanStartPlain(byte c)
    {
        if (c is (byte)',' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'#' or (byte)'&' or (byte)'*' or (byte)'!' or (byte)'|'
            or (byte)'>' or (byte)'\'' or (byte)'"' or (byte)'%' or (byte)'@' or (byte)'`') return false;
        if (!InFlow) return c is not ((byte)'-' or (byte)'?' or (byte)':') || !_input.SeparatedAt(1);
        return c != '?' && (c is not ((byte)'-' or (byte)':') || !(_input.IsPast(1) || _input.Peek(1) is (byte)' ' or (byte)'\t'));
    }

    private void SkipToToken()
    {
        while (true)
        {
            while (_input.AtBlank)
            {
                // A tab cannot indent, so after one no key can start on this line.
                if (!InFlow && _input.Peek() == '\t') _keyAllowed = false;
                _input.Skip();
            }
            if (_input.Peek() == '#')
                while (!_input.AtEnd && !_input.AtBreak) _input.Skip();
            if (!_input.AtBreak) return;
            _input.Skip(_input.BreakLength());
            DropKey();
            if (InFlow) continue;
            _keyAllowed = true;
            _scalarAllowed = true;
        }
    }

    private void End()
    {
        _input.ResetColumn();
        CloseAllIndentations();
        DropAllKeys();
        _keyAllowed = false;
        _ended = true;
    }

    private YamlToken Push(YamlTokenKind kind, YamlMark mark, string text = "")
    {
        var token = new YamlToken(kind, mark, text) { End = _input.Mark };
        _tokens.Enqueue(token);
        return token;
    }
}
