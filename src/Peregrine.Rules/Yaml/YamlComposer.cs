namespace Peregrine.Rules.Yaml;

/// <summary>Builds the documents of a text out of its tokens.</summary>
/// <remarks>Nesting is bounded by <see cref="MaxDepth"/>, what aliases expand to by <see cref="MaxWeight"/>; an alias cannot name a node around it.</remarks>
internal sealed class YamlComposer
{
    /// <summary>As in yaml-cpp; its words for more are <c>bad file</c>.</summary>
    private const int MaxDepth = 500;

    /// <summary>Nodes a document may have after following its aliases, beyond those it spells out.</summary>
    private const long MaxWeight = 1_000_000;

    private readonly YamlScanner _scanner;
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<bool> _inFlowSequence = new();
    private int _depth;
    private long _aliased;

    private YamlComposer(byte[] utf8) => _scanner = new YamlScanner(utf8);

    /// <summary>Reads every document. Throws <see cref="YamlException"/> for what is not YAML.</summary>
    public static List<YamlNode> Read(byte[] utf8)
    {
        var composer = new YamlComposer(utf8);
        var documents = new List<YamlNode>();
        while (composer.Next() is { } document) documents.Add(document);
        return documents;
    }

    private YamlNode? Next()
    {
        while (_scanner.Peek() is { Kind: YamlTokenKind.Directive } directive)
        {
            YamlDirective.Check(directive);
            _scanner.Take();
        }
        if (_scanner.Peek() is not { } first) return null;
        if (first.Kind == YamlTokenKind.DocumentStart) _scanner.Take();
        _anchors.Clear();
        _aliased = 0;
        var root = Node();
        // What no node can begin with, such as a comma, would otherwise be an endless row of empty documents.
        if (first.Kind is not (YamlTokenKind.DocumentStart or YamlTokenKind.DocumentEnd) && ReferenceEquals(_scanner.Peek(), first))
            throw new YamlException(first.Mark, "unexpected token after end of document");
        while (_scanner.Peek() is { Kind: YamlTokenKind.DocumentEnd }) _scanner.Take();
        return root;
    }

    private YamlNode Node()
    {
        if (++_depth >= MaxDepth) throw new YamlException(_scanner.Mark, "bad file");
        var node = ReadNode();
        _depth--;
        return node;
    }

    private YamlNode ReadNode()
    {
        if (_scanner.Peek() is not { } token) return new YamlNode(YamlKind.Null, _scanner.Mark);
        var mark = token.Mark;
        if (token.Kind == YamlTokenKind.Value) return CompactMap(mark);
        if (token.Kind == YamlTokenKind.Alias) return Alias(token);
        string? anchor = null, tag = null;
        while (_scanner.Peek() is { Kind: YamlTokenKind.Tag or YamlTokenKind.Anchor } property)
        {
            ref var slot = ref anchor;
            if (property.Kind == YamlTokenKind.Tag) slot = ref tag;
            if (slot is not null)
                throw new YamlException(property.Mark, property.Kind == YamlTokenKind.Tag
                    ? "cannot assign multiple tags to the same node" : "cannot assign multiple anchors to the same node");
            slot = property.Text;
            _scanner.Take();
        }
        if (anchor is not null) _anchors[anchor] = null;
        var node = Content(mark, tag is not null);
        if (anchor is not null) _anchors[anchor] = node;
        return node;
    }

    private YamlNode Alias(YamlToken token)
    {
        if (!_anchors.TryGetValue(token.Text, out var node))
            throw new YamlException(token.Mark, "the referenced anchor is not defined: " + token.Text);
        if (node is null) throw new YamlException(token.Mark, $"the alias *{token.Text} stands inside the node it names");
        _aliased += node.Weight;
        if (_aliased > MaxWeight) throw new YamlException(token.Mark, $"the document's aliases expand to more than {MaxWeight} nodes");
        _scanner.Take();
        return node;
    }

    private YamlNode Content(YamlMark mark, bool tagged)
    {
        var token = _scanner.Peek();
        switch (token?.Kind)
        {
            case YamlTokenKind.Plain when !tagged && token.Text is "" or "~" or "null" or "Null" or "NULL":
                _scanner.Take();
                return new YamlNode(YamlKind.Null, mark);
            case YamlTokenKind.Plain or YamlTokenKind.Quoted or YamlTokenKind.Block:
                _scanner.Take();
                return new YamlNode(YamlKind.Scalar, mark) { Text = token.Text, IsQuoted = token.Kind != YamlTokenKind.Plain, IsBlock = token.Kind == YamlTokenKind.Block, End = token.End };
            case YamlTokenKind.FlowSequenceStart:
                return FlowSequence(mark);
            case YamlTokenKind.BlockSequenceStart:
                return BlockSequence(mark);
            case YamlTokenKind.FlowMapStart:
                return FlowMap(mark);
            case YamlTokenKind.BlockMapStart:
                return BlockMap(mark);
            case YamlTokenKind.Key when _inFlowSequence.TryPeek(out var inSequence) && inSequence:
                return CompactMap(mark);
            default:
                return new YamlNode(tagged ? YamlKind.Scalar : YamlKind.Null, mark);
        }
    }

    private YamlNode BlockSequence(YamlMark mark)
    {
        _scanner.Take();
        _inFlowSequence.Push(false);
        var items = new List<YamlNode>();
        while (true)
        {
            var token = _scanner.Peek();
            if (token?.Kind is not (YamlTokenKind.BlockEntry or YamlTokenKind.BlockSequenceEnd))
                throw new YamlException(token?.Mark ?? _scanner.Mark, "end of sequence not found");
            _scanner.Take();
            if (token.Kind == YamlTokenKind.BlockSequenceEnd) break;
            if (_scanner.Peek() is { Kind: YamlTokenKind.BlockEntry or YamlTokenKind.BlockSequenceEnd } next)
                items.Add(new YamlNode(YamlKind.Null, next.Mark));
            else items.Add(Node());
        }
        _inFlowSequence.Pop();
        return Sequence(mark, items);
    }

    private YamlNode FlowSequence(YamlMark mark)
    {
        _scanner.Take();
        _inFlowSequence.Push(true);
        var items = new List<YamlNode>();
        while (true)
        {
            var token = _scanner.Peek() ?? throw new YamlException(_scanner.Mark, "end of sequence flow not found");
            if (token.Kind == YamlTokenKind.FlowSequenceEnd) break;
            items.Add(Node());
            token = _scanner.Peek();
            if (token?.Kind == YamlTokenKind.FlowEntry) _scanner.Take();
            else if (token?.Kind != YamlTokenKind.FlowSequenceEnd)
                throw new YamlException(token?.Mark ?? _scanner.Mark, "end of sequence flow not found");
        }
        var end = _scanner.Peek()!.End;
        _scanner.Take();
        _inFlowSequence.Pop();
        return Sequence(mark, items, end);
    }

    private YamlNode BlockMap(YamlMark mark)
    {
        _scanner.Take();
        _inFlowSequence.Push(false);
        var entries = new List<YamlEntry>();
        while (true)
        {
            var token = _scanner.Peek();
            if (token?.Kind is not (YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockMapEnd))
                throw new YamlException(token?.Mark ?? _scanner.Mark, "end of map not found");
            if (token.Kind == YamlTokenKind.BlockMapEnd) break;
            entries.Add(Entry(token));
        }
        _scanner.Take();
        _inFlowSequence.Pop();
        return Map(mark, entries);
    }

    private YamlNode FlowMap(YamlMark mark)
    {
        _scanner.Take();
        _inFlowSequence.Push(false);
        var entries = new List<YamlEntry>();
        while (true)
        {
            var token = _scanner.Peek() ?? throw new YamlException(_scanner.Mark, "end of map flow not found");
            if (token.Kind == YamlTokenKind.FlowMapEnd) break;
            entries.Add(Entry(token));
            token = _scanner.Peek();
            if (token?.Kind == YamlTokenKind.FlowEntry) _scanner.Take();
            else if (token?.Kind != YamlTokenKind.FlowMapEnd)
                throw new YamlException(token?.Mark ?? _scanner.Mark, "end of map flow not found");
        }
        var end = _scanner.Peek()!.End;
        _scanner.Take();
        _inFlowSequence.Pop();
        return Map(mark, entries, end);
    }

    /// <summary>One <c>key: value</c> or <c>: value</c> without braces.</summary>
    private YamlNode CompactMap(YamlMark mark)
    {
        _inFlowSequence.Push(false);
        var entry = Entry(_scanner.Peek()!);
        _inFlowSequence.Pop();
        return Map(mark, [entry]);
    }

    private YamlEntry Entry(YamlToken token)
    {
        var key = new YamlNode(YamlKind.Null, token.Mark);
        if (token.Kind == YamlTokenKind.Key)
        {
            _scanner.Take();
            key = Node();
        }
        if (_scanner.Peek() is not { Kind: YamlTokenKind.Value }) return new(key, new YamlNode(YamlKind.Null, token.Mark));
        _scanner.Take();
        return new(key, Node());
    }

    private static YamlNode Sequence(YamlMark mark, List<YamlNode> items, YamlMark end = default)
    {
        long weight = 1;
        foreach (var item in items) weight += item.Weight;
        return new YamlNode(YamlKind.Sequence, mark) { Items = items, Weight = weight, End = end };
    }

    private static YamlNode Map(YamlMark mark, List<YamlEntry> entries, YamlMark end = default)
    {
        long weight = 1;
        foreach (var entry in entries) weight += entry.Key.Weight + entry.Value.Weight;
        return new YamlNode(YamlKind.Map, mark) { Entries = entries, Weight = weight, End = end };
    }
}
