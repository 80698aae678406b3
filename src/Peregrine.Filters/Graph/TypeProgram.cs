using System.Numerics;
using System.Runtime.CompilerServices;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// All conditions that may hold for events of one type, asked together. Each is a list of steps that must all hold: terms, and look-ups in tables of necessary values. A step that does not hold rules out
/// every condition that has it, so that most events are done after a few steps, however many conditions there are. What a process or a descriptor rules out is remembered with it.
/// </summary>
/// <remarks>
/// 1 start with all conditions but those that the process or the descriptor is known to rule out; 2 ask the next step of the first that is left; 3 strike out what it rules out;
/// 4 a condition of which every step holds is a match. Since the first that is left is asked each time, matches come in the conditions' order.
/// </remarks>
internal sealed class TypeProgram
{
    /// <summary>Of so many steps it is kept in mind whether they were asked about the event; the tables are among them, see <see cref="ProgramParts"/>.</summary>
    private const int MostLooked = 64;

    private readonly ulong[] _all;
    private readonly int[] _numbers;
    private readonly KeyTable[] _tables;
    private readonly KeyTable[] _processTables;
    private readonly Term[] _terms;
    private readonly int _words;
    private readonly int _excludedAt;
    private readonly int _descriptorAt;
    private readonly ulong _descriptorTables;
    private readonly int _index;

    /// <param name="parts">What it asks.</param>
    /// <param name="index">Its number in the set.</param>
    /// <param name="excludedAt">Where its mask stands in what processes remember.</param>
    /// <param name="descriptorAt">Where its mask stands in what descriptors remember; -1 for a type of events that makes no use of that.</param>
    internal TypeProgram(ProgramParts parts, int index, int excludedAt, int descriptorAt)
    {
        (_index, _excludedAt, _words) = (index, excludedAt, parts.Words);
        _descriptorTables = parts.DescriptorTables;
        UsesDescriptor = descriptorAt >= 0 && (_descriptorTables != 0 || parts.Terms.Any(static t => t.IsOfDescriptor && t.Cost > 1));
        _descriptorAt = UsesDescriptor ? descriptorAt : -1;
        _all = new ulong[_words];
        for (var i = 0; i < parts.Numbers.Length; i++) _all[i >> 6] |= 1UL << i;
        (_numbers, _tables, _processTables, _terms) = (parts.Numbers, parts.Tables, parts.ProcessTables, parts.Terms);
        StepsOfConditions = parts.Steps;
    }

    /// <summary>How many words a mask over so many conditions has.</summary>
    public static int WordsFor(int conditions) => (conditions + 63) / 64;

    /// <summary>Whether it asks something that depends on the descriptor only.</summary>
    public bool UsesDescriptor { get; }

    public int StepCount => _tables.Length + _terms.Length;

    /// <summary>The numbers that its conditions have in the set, by their places here.</summary>
    public int[] Numbers => _numbers;

    /// <summary>For each condition the numbers of its steps: first come the tables, then the terms.</summary>
    public int[][] StepsOfConditions { get; }

    public int CostOf(int step) => step < _tables.Length ? _tables[step].Cost : _terms[step - _tables.Length].Cost;

    /// <summary>How many conditions have the step.</summary>
    public int UsersOf(int step)
    {
        if (step >= _tables.Length) return _terms[step - _tables.Length].Mask.Count;
        var users = 0;
        foreach (var word in _tables[step].Mask) users += BitOperations.PopCount(word);
        return users;
    }

    /// <summary>The conditions that have the step, by their places here.</summary>
    public ulong[] MaskOf(int step) => step < _tables.Length ? _tables[step].Mask : _terms[step - _tables.Length].Mask.ToArray(_words);

    /// <summary>Likewise, by their numbers in the set.</summary>
    public IReadOnlyList<int> ConditionsOf(int step)
    {
        var mask = MaskOf(step);
        return [.. Enumerable.Range(0, _numbers.Length).Where(i => (mask[i >> 6] & 1UL << i) != 0).Select(i => _numbers[i])];
    }

    /// <summary>What the step asks, for people.</summary>
    public string TextOf(int step) => step < _tables.Length ? _tables[step].Text : _terms[step - _tables.Length].Predicate.Key;

    public void Match<T, TObserver>(ref EventContext context, EvaluationScratch scratch, ref T sink, TObserver observer)
        where T : struct, IMatchSink, allows ref struct
        where TObserver : struct, IStepObserver
    {
        if (scratch.Process is { } process && !process.IsPrepared(_index)) Prepare(ref context, scratch, process);
        if (scratch.Descriptor is { } descriptor && !descriptor.IsPrepared(_index)) Prepare(ref context, scratch, descriptor);
        var order = scratch.Order(_index, this);
        order.CountEvent();
        if (_words == 1) MatchFew(ref context, scratch, order, ref sink, observer);
        else MatchMany(ref context, scratch, order, ref sink, observer);
    }

    /// <summary>Strikes out, once for a process, what the tables over its fields rule out.</summary>
    private void Prepare(ref EventContext context, EvaluationScratch scratch, ProcessMemory memory)
    {
        memory.SetPrepared(_index);
        foreach (var table in _processTables) Exclude(ref context, scratch, table, memory.Excluded.AsSpan(_excludedAt, _words));
    }

    /// <summary>Likewise for a descriptor.</summary>
    private void Prepare(ref EventContext context, EvaluationScratch scratch, DescriptorMemory memory)
    {
        memory.SetPrepared(_index);
        for (var tables = _descriptorTables; tables != 0; tables &= tables - 1)
            Exclude(ref context, scratch, _tables[BitOperations.TrailingZeroCount(tables)], memory.Excluded.AsSpan(_descriptorAt, _words));
    }

    private void Exclude(ref EventContext context, EvaluationScratch scratch, KeyTable table, Span<ulong> excluded)
    {
        var possible = scratch.Possible(_words);
        possible.Clear();
        table.MarkPossible(ref context, scratch, possible);
        for (var i = 0; i < excluded.Length; i++) excluded[i] |= table.Mask[i] & ~possible[i];
    }

    /// <summary>For up to 64 conditions: the mask stays in a register.</summary>
    private void MatchFew<T, TObserver>(ref EventContext context, EvaluationScratch scratch, ProgramOrder order, ref T sink, TObserver observer)
        where T : struct, IMatchSink, allows ref struct
        where TObserver : struct, IStepObserver
    {
        var left = _all[0];
        var memory = scratch.Process;
        if (memory is not null) left &= ~memory.Excluded[_excludedAt];
        var (steps, terms, tables) = (order.Steps, _terms, _tables);
        var looked = 0UL;
        var descriptor = scratch.Descriptor;
        if (descriptor is not null)
        {
            left &= ~descriptor.Excluded[_descriptorAt];
            looked = _descriptorTables;
        }
        observer.Begin(left);
        while (left != 0)
        {
            var first = BitOperations.TrailingZeroCount(left);
            var bit = 1UL << first;
            foreach (var step in steps[first])
            {
                // A step that was asked before and has not struck this condition out holds for it.
                var bitOfStep = step < MostLooked ? 1UL << step : 0;
                if ((looked & bitOfStep) != 0) continue;
                looked |= bitOfStep;
                if (step < tables.Length)
                {
                    var possible = 0UL;
                    var since = observer.Now();
                    tables[step].MarkPossible(ref context, scratch, new Span<ulong>(ref possible));
                    observer.Asked(step, since, left, (possible & bit) != 0);
                    left &= ~tables[step].Mask[0] | possible;
                }
                else
                {
                    ref readonly var term = ref terms[step - tables.Length];
                    var since = observer.Now();
                    var holds = term.Holds(ref context, scratch);
                    observer.Asked(step, since, left, holds);
                    if (!holds)
                    {
                        left &= ~term.First;
                        if (term.IsOfProcess && memory is not null) memory.Excluded[_excludedAt] |= term.First;
                        else if (term.IsOfDescriptor && descriptor is not null) descriptor.Excluded[_descriptorAt] |= term.First;
                    }
                }
                if ((left & bit) == 0)
                {
                    order.CountFailed(step);
                    break;
                }
                order.CountHeld(step);
            }
            if ((left & bit) == 0) continue;
            left &= ~bit;
            if (!sink.OnMatch(_numbers[first], ref context, scratch)) return;
        }
    }

    private void MatchMany<T, TObserver>(ref EventContext context, EvaluationScratch scratch, ProgramOrder order, ref T sink, TObserver observer)
        where T : struct, IMatchSink, allows ref struct
        where TObserver : struct, IStepObserver
    {
        var left = scratch.Mask(_words);
        _all.CopyTo(left);
        var memory = scratch.Process;
        var excluded = memory is null ? default : memory.Excluded.AsSpan(_excludedAt, _words);
        for (var i = 0; i < excluded.Length; i++) left[i] &= ~excluded[i];
        var descriptor = scratch.Descriptor is { } known ? known.Excluded.AsSpan(_descriptorAt, _words) : default;
        for (var i = 0; i < descriptor.Length; i++) left[i] &= ~descriptor[i];
        var looked = descriptor.IsEmpty ? 0 : _descriptorTables;
        observer.Begin(left);
        for (var word = 0; word < left.Length;)
        {
            if (left[word] == 0)
            {
                word++;
                continue;
            }
            var first = (word << 6) + BitOperations.TrailingZeroCount(left[word]);
            var bit = 1UL << first;
            foreach (var step in order.Steps[first])
            {
                var bitOfStep = step < MostLooked ? 1UL << step : 0;
                if ((looked & bitOfStep) != 0) continue;
                looked |= bitOfStep;
                if (step < _tables.Length)
                {
                    var possible = scratch.Possible(_words);
                    possible.Clear();
                    var since = observer.Now();
                    _tables[step].MarkPossible(ref context, scratch, possible);
                    observer.Asked(step, since, left, (possible[word] & bit) != 0);
                    for (var i = word; i < left.Length; i++) left[i] &= ~_tables[step].Mask[i] | possible[i];
                }
                else
                {
                    ref readonly var term = ref _terms[step - _tables.Length];
                    var since = observer.Now();
                    var holds = term.Holds(ref context, scratch);
                    observer.Asked(step, since, left, holds);
                    if (!holds)
                    {
                        term.Mask.RemoveFrom(left);
                        if (term.IsOfProcess && memory is not null) term.Mask.AddTo(excluded);
                        else if (term.IsOfDescriptor && !descriptor.IsEmpty) term.Mask.AddTo(descriptor);
                    }
                }
                if ((left[word] & bit) == 0)
                {
                    order.CountFailed(step);
                    break;
                }
                order.CountHeld(step);
            }
            if ((left[word] & bit) == 0) continue;
            left[word] &= ~bit;
            if (!sink.OnMatch(_numbers[first], ref context, scratch)) return;
        }
    }

    /// <summary>What must hold, and the conditions that need it.</summary>
    /// <remarks>Most are a check of a plain field, or the opposite of one. What such a check needs stands here: each step on the way through other objects is memory that has to come near first.</remarks>
    internal readonly struct Term
    {
        private readonly FieldExtractor? _extract;
        private readonly FieldArg? _arg;
        private readonly NumberRange _range;
        private readonly ValueTest? _test;
        private readonly bool _isNegated;

        public Term(PredicateNode predicate, ConditionMask mask, bool isOfProcess, bool isOfDescriptor, int cost)
        {
            (Predicate, Mask, First, IsOfProcess, IsOfDescriptor, Cost) = (predicate, mask, mask.First, isOfProcess, isOfDescriptor, cost);
            _isNegated = predicate is NotPredicate;
            if ((predicate is NotPredicate not ? not.Part : predicate) is not CheckPredicate { Extract: { } extract } check) return;
            (_extract, _arg, _range, _test) = (extract, check.Arg, check.Range, check.IsOfNumber ? null : check.Test);
        }

        public PredicateNode Predicate { get; }

        public ConditionMask Mask { get; }

        /// <summary>The bits of the first 64 conditions of <see cref="Mask"/>.</summary>
        public ulong First { get; }

        public bool IsOfProcess { get; }

        public bool IsOfDescriptor { get; }

        public int Cost { get; }

        /// <summary>The predicate's answer.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Holds(ref EventContext context, EvaluationScratch scratch)
        {
            if (_extract is not { } extract) return Predicate.Evaluate(ref context, scratch);
            var value = new FieldValue(scratch.Buffer);
            return (extract(ref context, _arg!, ref value) && (_test is { } test ? test.Holds(ref value) : _range.Holds(value.Number))) != _isNegated;
        }
    }
}
