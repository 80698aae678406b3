namespace Peregrine.Rules.Yaml;

internal sealed partial class YamlScanner
{
    private enum IndentationOf : byte
    {
        Nothing,
        Sequence,
        Map,
    }

    /// <summary>A block collection that is open, by the column it stands at.</summary>
    private sealed class Indentation(int column, IndentationOf of)
    {
        public int Column { get; } = column;

        public IndentationOf Of { get; } = of;

        public YamlToken? Start { get; set; }

        /// <summary>Open while the key that would start the map is not decided.</summary>
        public YamlTokenState State { get; set; }
    }

    /// <summary>What may turn out to be a key: the tokens to keep or drop when that is known.</summary>
    private sealed class PossibleKey(YamlMark mark, int flowLevel, YamlToken key, Indentation? map)
    {
        public YamlMark Mark { get; } = mark;

        public int FlowLevel { get; } = flowLevel;

        public void Decide(bool isKey)
        {
            var state = isKey ? YamlTokenState.Certain : YamlTokenState.Dropped;
            key.State = state;
            if (map is null) return;
            map.State = state;
            map.Start!.State = state;
        }
    }

    private int BlockColumn => _indents.Count == 0 ? 0 : _indents.Peek().Column;

    private Indentation? OpenIndentation(IndentationOf of)
    {
        if (InFlow) return null;
        var column = _input.Column;
        var last = _indents.Peek();
        if (column < last.Column) return null;
        if (column == last.Column && !(of == IndentationOf.Sequence && last.Of == IndentationOf.Map)) return null;
        var indentation = new Indentation(column, of)
        {
            Start = Push(of == IndentationOf.Sequence ? YamlTokenKind.BlockSequenceStart : YamlTokenKind.BlockMapStart, _input.Mark),
        };
        _indents.Push(indentation);
        return indentation;
    }

    private void CloseIndentations()
    {
        if (InFlow) return;
        while (_indents.TryPeek(out var top))
        {
            if (top.Column < _input.Column) break;
            var atEntry = _input.Peek() == '-' && _input.SeparatedAt(1);
            if (top.Column == _input.Column && !(top.Of == IndentationOf.Sequence && !atEntry)) break;
            CloseIndentation();
        }
        while (_indents.TryPeek(out var top) && top.State == YamlTokenState.Dropped) CloseIndentation();
    }

    private void CloseAllIndentations()
    {
        if (InFlow) return;
        while (_indents.TryPeek(out var top) && top.Of != IndentationOf.Nothing) CloseIndentation();
    }

    private void CloseIndentation()
    {
        var top = _indents.Pop();
        if (top.State != YamlTokenState.Certain) DropKey();
        else if (top.Of == IndentationOf.Sequence) Push(YamlTokenKind.BlockSequenceEnd, _input.Mark);
        else if (top.Of == IndentationOf.Map) Push(YamlTokenKind.BlockMapEnd, _input.Mark);
    }

    private void NotePossibleKey()
    {
        if (!_keyAllowed) return;
        if (_keys.TryPeek(out var top) && top.FlowLevel == _flows.Count) return;
        var map = OpenIndentation(IndentationOf.Map);
        if (map is not null)
        {
            map.State = YamlTokenState.Open;
            map.Start!.State = YamlTokenState.Open;
        }
        var key = Push(YamlTokenKind.Key, _input.Mark);
        key.State = YamlTokenState.Open;
        _keys.Push(new PossibleKey(_input.Mark, _flows.Count, key, map));
    }

    /// <summary>Decides the possible key of this level at a colon: true when it is one.</summary>
    private bool ConfirmKey()
    {
        if (!_keys.TryPeek(out var top) || top.FlowLevel != _flows.Count) return false;
        _keys.Pop();
        var isKey = _input.Line == top.Mark.Line && _input.Offset - top.Mark.Offset <= MaxKeyLength;
        top.Decide(isKey);
        return isKey;
    }

    private void DropKey()
    {
        if (!_keys.TryPeek(out var top) || top.FlowLevel != _flows.Count) return;
        top.Decide(false);
        _keys.Pop();
    }

    private void DropAllKeys()
    {
        while (_keys.TryPop(out var key))
            if (key.FlowLevel == 0) key.Decide(false);
    }

    /// <summary>Decides keys that can no longer become one, so that a long line does not pile tokens up; false when there are none.</summary>
    private bool DropLateKeys()
    {
        var dropped = false;
        foreach (var key in _keys)
        {
            if (_input.Line == key.Mark.Line && _input.Offset - key.Mark.Offset <= MaxKeyLength) continue;
            key.Decide(false);
            dropped = true;
        }
        return dropped && _tokens.TryPeek(out var front) && front.State == YamlTokenState.Dropped;
    }
}
