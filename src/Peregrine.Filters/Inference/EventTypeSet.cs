using System.Collections;
using System.Numerics;
using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>A set of codes below a fixed bound. Immutable once handed out.</summary>
internal readonly struct CodeBits(ulong[] words)
{
    public ulong[] Words => words;

    public static CodeBits Empty(int bound) => new(new ulong[(bound + 63) / 64]);

    public bool this[int code] => (uint)code < (uint)(words.Length * 64) && (words[code >> 6] & 1UL << code) != 0;

    public int Count => words.Sum(BitOperations.PopCount);

    public void Add(int code) => words[code >> 6] |= 1UL << code;

    /// <summary>The codes of both.</summary>
    public CodeBits And(CodeBits other)
    {
        var both = new ulong[words.Length];
        for (var w = 0; w < both.Length; w++) both[w] = words[w] & other.Words[w];
        return new(both);
    }

    /// <summary>The codes of either.</summary>
    public CodeBits Or(CodeBits other)
    {
        var either = new ulong[words.Length];
        for (var w = 0; w < either.Length; w++) either[w] = words[w] | other.Words[w];
        return new(either);
    }

    /// <summary>The codes of this one that the other has not.</summary>
    public CodeBits Without(CodeBits other)
    {
        var rest = new ulong[words.Length];
        for (var w = 0; w < rest.Length; w++) rest[w] = words[w] & ~other.Words[w];
        return new(rest);
    }

    /// <summary>Whether both are the same object, and so equal; false says nothing.</summary>
    public bool IsSame(CodeBits other) => ReferenceEquals(words, other.Words);

    public IEnumerable<int> Codes()
    {
        for (var w = 0; w < words.Length; w++)
            for (var rest = words[w]; rest != 0; rest &= rest - 1) yield return (w << 6) + BitOperations.TrailingZeroCount(rest);
    }
}

/// <summary>The event codes for which a condition may hold.</summary>
public sealed class EventTypeSet : IEnumerable<EventType>
{
    private readonly CodeBits _bits;

    internal EventTypeSet(CodeBits bits)
    {
        _bits = bits;
        Count = bits.Count;
    }

    public int Count { get; }

    public bool Contains(EventType type) => _bits[(int)type];

    /// <summary>In ascending order.</summary>
    public IEnumerator<EventType> GetEnumerator() => _bits.Codes().Select(static c => (EventType)c).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The syscalls for which a condition may hold.</summary>
public sealed class SyscallSet : IEnumerable<SyscallCode>
{
    private readonly CodeBits _bits;

    internal SyscallSet(CodeBits bits)
    {
        _bits = bits;
        Count = bits.Count;
    }

    public int Count { get; }

    public bool Contains(SyscallCode code) => _bits[(int)code];

    /// <summary>In ascending order.</summary>
    public IEnumerator<SyscallCode> GetEnumerator() => _bits.Codes().Select(static c => (SyscallCode)c).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
