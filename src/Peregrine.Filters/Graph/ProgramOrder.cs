using System.Runtime.CompilerServices;

namespace Peregrine.Filters;

/// <summary>
/// In which order one worker asks the steps of a program: what costs little and rules out much comes first. Starts from estimates and learns from what it counts; the order changes no answer.
/// </summary>
internal sealed class ProgramOrder
{
    private const long FirstReview = 128;
    private const long LongestInterval = 1L << 20;

    private readonly double[] _weights;
    private readonly int[] _asked;
    private readonly int[] _failed;
    private readonly double[] _ranks;
    private long _events;
    private long _review = FirstReview;

    public ProgramOrder(TypeProgram program)
    {
        _asked = new int[program.StepCount];
        _failed = new int[program.StepCount];
        _ranks = new double[program.StepCount];
        _weights = new double[program.StepCount];
        for (var step = 0; step < _weights.Length; step++) _weights[step] = (double)program.CostOf(step) / program.UsersOf(step);
        Steps = [.. program.StepsOfConditions.Select(static s => s.ToArray())];
        Sort();
    }

    /// <summary>For each condition its steps, in order.</summary>
    public int[][] Steps { get; }

    /// <summary>Counts an event; now and then it is time to sort again. What was counted long ago weighs less, so that the order follows the machine's work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountEvent()
    {
        if (++_events >= _review) Review();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountHeld(int step) => _asked[step]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountFailed(int step)
    {
        _asked[step]++;
        _failed[step]++;
    }

    private void Review()
    {
        _events = 0;
        _review = Math.Min(_review * 4, LongestInterval);
        Sort();
        for (var step = 0; step < _asked.Length; step++) (_asked[step], _failed[step]) = (_asked[step] / 2, _failed[step] / 2);
    }

    private void Sort()
    {
        for (var step = 0; step < _ranks.Length; step++)
        {
            // Before anything is counted, a step fails every other time.
            var fails = (_failed[step] + 1.0) / (_asked[step] + 2.0);
            _ranks[step] = _weights[step] / fails;
        }
        foreach (var steps in Steps) Sort(steps);
    }

    /// <summary>By insertion: the lists are short and nearly in order, and nothing may be allocated here.</summary>
    private void Sort(Span<int> steps)
    {
        for (var i = 1; i < steps.Length; i++)
        {
            var step = steps[i];
            var at = i;
            for (; at > 0 && _ranks[steps[at - 1]] > _ranks[step]; at--) steps[at] = steps[at - 1];
            steps[at] = step;
        }
    }
}
