using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Rules out, with one look at a field or a few, all conditions of a program that need other values of them. Immutable.</summary>
internal sealed class KeyTable
{
    /// <summary>What looking at a field costs: extracting a text and following a trie.</summary>
    private const int CostOfField = 4;

    private readonly FieldTries[] _fields;

    /// <param name="conditions">The conditions that need certain values of the same fields, by their places in the program, with these values.</param>
    /// <param name="words">Words of the program's masks.</param>
    public KeyTable(IReadOnlyList<(int Condition, KeySet Keys)> conditions, int words)
    {
        Mask = new ulong[words];
        var fields = new Dictionary<string, FieldTries>(StringComparer.Ordinal);
        foreach (var (condition, keys) in conditions)
        {
            Mask[condition >> 6] |= 1UL << condition;
            foreach (var key in keys.Keys)
            {
                if (!fields.TryGetValue(key.Field.Reference.Text, out var tries)) fields.Add(key.Field.Reference.Text, tries = new(key.Field));
                tries.Add(key, condition);
            }
        }
        _fields = [.. fields.Values];
    }

    /// <summary>The conditions that it may rule out.</summary>
    public ulong[] Mask { get; }

    public int Cost => CostOfField * _fields.Length;

    /// <summary>What it looks at, for people.</summary>
    public string Text => "table of " + string.Join(", ", _fields.Select(static f => f.Source.Reference.Text));

    /// <summary>Whether the answer is good for as long as the process does not change.</summary>
    public bool IsOfProcess => Array.TrueForAll(_fields, static f => f.Source.Scope.IsOfProcess());

    /// <summary>Whether the answer is good for as long as the descriptor does not change, for events that use a known one.</summary>
    public bool IsOfDescriptor => Array.TrueForAll(_fields, static f => FieldScopes.IsOfDescriptor(f.Source.Reference.Field));

    /// <summary>Sets the bits of the conditions that may hold, given the fields' values: none for a field without a value. The bits must be clear.</summary>
    public void MarkPossible(ref EventContext context, EvaluationScratch scratch, scoped Span<ulong> possible)
    {
        foreach (var field in _fields)
        {
            var value = new FieldValue(scratch.Buffer);
            if (field.Source.Extract(ref context, ref value)) field.Mark(value.Bytes, possible);
        }
    }

    /// <summary>The keys over one field.</summary>
    private sealed class FieldTries(FieldSource source)
    {
        private readonly TextTrie _forward = new(backward: false);
        private TextTrie? _backward;

        public FieldSource Source => source;

        public void Add(NecessaryKey key, int condition)
        {
            if (key.Kind == KeyKind.Suffix) (_backward ??= new(backward: true)).Add(key.Text, goesOn: true, condition);
            else _forward.Add(key.Text, key.Kind == KeyKind.Prefix, condition);
        }

        public void Mark(ReadOnlySpan<byte> text, scoped Span<ulong> possible)
        {
            _forward.Mark(text, possible);
            _backward?.Mark(text, possible);
        }
    }
}
