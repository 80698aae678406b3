using System.Numerics;
using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>What asking about events of one type took. Belongs to one worker.</summary>
internal sealed class ProgramProfile
{
    private readonly ulong[][] _masks;

    public ProgramProfile(EventType type, TypeProgram program)
    {
        (Type, Program) = (type, program);
        _masks = [.. Enumerable.Range(0, program.StepCount).Select(program.MaskOf)];
        (Evaluations, Held, Ticks) = (new long[_masks.Length], new long[_masks.Length], new long[_masks.Length]);
        (ConditionEvaluations, ConditionTicks) = (new long[program.Numbers.Length], new double[program.Numbers.Length]);
    }

    public EventType Type { get; }

    public TypeProgram Program { get; }

    /// <summary>How often each step was asked.</summary>
    public long[] Evaluations { get; }

    /// <summary>How often it held.</summary>
    public long[] Held { get; }

    /// <summary>How long asking took, in ticks of the stopwatch.</summary>
    public long[] Ticks { get; }

    /// <summary>For each condition, by its place in the program, the events for which it had to be asked.</summary>
    public long[] ConditionEvaluations { get; }

    /// <summary>Its part of the times: a step's time is shared by the conditions that were waiting for its answer.</summary>
    public double[] ConditionTicks { get; }

    public void Begin(ReadOnlySpan<ulong> left)
    {
        for (var word = 0; word < left.Length; word++)
            for (var bits = left[word]; bits != 0; bits &= bits - 1) ConditionEvaluations[(word << 6) + BitOperations.TrailingZeroCount(bits)]++;
    }

    public void Asked(int step, long ticks, ReadOnlySpan<ulong> left, bool holds)
    {
        Evaluations[step]++;
        if (holds) Held[step]++;
        if (ticks >= MatchProfile.Interrupted) return;
        Ticks[step] += ticks;
        var mask = _masks[step];
        var sharers = 0;
        for (var word = 0; word < left.Length; word++) sharers += BitOperations.PopCount(left[word] & mask[word]);
        var share = ticks / (double)Math.Max(1, sharers);
        for (var word = 0; word < left.Length; word++)
            for (var bits = left[word] & mask[word]; bits != 0; bits &= bits - 1) ConditionTicks[(word << 6) + BitOperations.TrailingZeroCount(bits)] += share;
    }
}
