using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Rules out, with one look at a field, all conditions of a program that need other values of it. Immutable.</summary>
internal sealed class KeyTable
{
    private readonly FieldSource _field;
    private readonly TextTrie _trie = new();

    /// <param name="field">The field.</param>
    /// <param name="conditions">The conditions that need certain values of it, by their places in the program, with these values.</param>
    /// <param name="words">Words of the program's masks.</param>
    public KeyTable(FieldSource field, IEnumerable<(int Condition, IReadOnlyList<NecessaryKey> Keys)> conditions, int words)
    {
        _field = field;
        Mask = new ulong[words];
        foreach (var (condition, keys) in conditions)
        {
            Mask[condition >> 6] |= 1UL << condition;
            foreach (var key in keys) _trie.Add(key.Text, key.IsPrefix, condition);
        }
    }

    /// <summary>The conditions that it may rule out.</summary>
    public ulong[] Mask { get; }

    /// <summary>Whether the answer is good for as long as the process does not change.</summary>
    public bool IsOfProcess => _field.Scope is FieldScope.Container or FieldScope.Lineage or FieldScope.Process;

    /// <summary>Sets the bits of the conditions that may hold, given the field's value: none when it has no value. The bits must be clear.</summary>
    public void MarkPossible(ref EventContext context, EvaluationScratch scratch, scoped Span<ulong> possible)
    {
        var value = new FieldValue(scratch.Buffer);
        if (_field.TryGet(ref context, ref value)) _trie.Mark(value.Bytes, possible);
    }
}
