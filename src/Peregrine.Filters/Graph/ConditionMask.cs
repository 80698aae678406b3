using System.Numerics;

namespace Peregrine.Filters;

/// <summary>The conditions that need a term: a set of bits of which only the words that have some are kept, because most terms belong to one condition.</summary>
internal sealed class ConditionMask
{
    private int[] _words = [];
    private ulong[] _bits = [];

    /// <summary>The bits of the first 64 conditions.</summary>
    public ulong First { get; private set; }

    public int Count => _bits.Sum(BitOperations.PopCount);

    /// <summary>Adds a condition; they come in rising order.</summary>
    public void Add(int condition)
    {
        var word = condition >> 6;
        if (word == 0) First |= 1UL << condition;
        if (_words.Length == 0 || _words[^1] != word)
        {
            _words = [.. _words, word];
            _bits = [.. _bits, 0];
        }
        _bits[^1] |= 1UL << condition;
    }

    /// <summary>The whole set, of so many words.</summary>
    public ulong[] ToArray(int words)
    {
        var all = new ulong[words];
        AddTo(all);
        return all;
    }

    /// <summary>Takes its conditions out of a set.</summary>
    public void RemoveFrom(Span<ulong> set)
    {
        var (words, bits) = (_words, _bits);
        for (var i = 0; i < words.Length; i++) set[words[i]] &= ~bits[i];
    }

    /// <summary>Puts its conditions into a set.</summary>
    public void AddTo(Span<ulong> set)
    {
        var (words, bits) = (_words, _bits);
        for (var i = 0; i < words.Length; i++) set[words[i]] |= bits[i];
    }
}
