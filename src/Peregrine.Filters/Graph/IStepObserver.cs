using System.Diagnostics;

namespace Peregrine.Filters;

/// <summary>Watches how a program asks its steps about an event. A struct, so that nothing is left of the watching where nobody watches.</summary>
internal interface IStepObserver
{
    /// <summary>The time before a step is asked; 0 where nobody watches.</summary>
    long Now();

    /// <summary>The conditions that the process and the descriptor have not ruled out.</summary>
    void Begin(ulong left);

    /// <inheritdoc cref="Begin(ulong)"/>
    void Begin(ReadOnlySpan<ulong> left);

    /// <param name="step">Its number in the program.</param>
    /// <param name="since">What <see cref="Now"/> said before.</param>
    /// <param name="left">The conditions that were not ruled out when it was asked.</param>
    /// <param name="holds">Its answer, for the condition for which it was asked.</param>
    void Asked(int step, long since, ulong left, bool holds);

    /// <inheritdoc cref="Asked(int, long, ulong, bool)"/>
    void Asked(int step, long since, ReadOnlySpan<ulong> left, bool holds);
}

/// <summary>Nobody.</summary>
internal readonly struct NoObserver : IStepObserver
{
    public long Now() => 0;

    public void Begin(ulong left)
    {
    }

    public void Begin(ReadOnlySpan<ulong> left)
    {
    }

    public void Asked(int step, long since, ulong left, bool holds)
    {
    }

    public void Asked(int step, long since, ReadOnlySpan<ulong> left, bool holds)
    {
    }
}

/// <summary>Takes the times into a profile.</summary>
internal readonly struct StepTimes(ProgramProfile profile) : IStepObserver
{
    public long Now() => Stopwatch.GetTimestamp();

    public void Begin(ulong left) => profile.Begin(new ReadOnlySpan<ulong>(in left));

    public void Begin(ReadOnlySpan<ulong> left) => profile.Begin(left);

    public void Asked(int step, long since, ulong left, bool holds) => profile.Asked(step, Stopwatch.GetTimestamp() - since, new ReadOnlySpan<ulong>(in left), holds);

    public void Asked(int step, long since, ReadOnlySpan<ulong> left, bool holds) => profile.Asked(step, Stopwatch.GetTimestamp() - since, left, holds);
}
