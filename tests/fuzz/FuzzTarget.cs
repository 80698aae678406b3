namespace Peregrine.Fuzz;

/// <summary>Something that reads input from outside. Whatever it is given, it must come back: with a result or with the errors it documents.</summary>
internal abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Inputs to start from.</summary>
    public abstract IEnumerable<byte[]> Seeds(FuzzCorpus corpus);

    /// <summary>Words and signs that mean something to the reader.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>Pairs that open and close something, to be nested.</summary>
    public virtual IReadOnlyList<(string Open, string Close)> Nests => [];

    /// <summary>
    /// Reads the input. The answer is what became of it in few words: inputs with an answer that was not there before are kept and mutated further.
    /// Any exception is a failure.
    /// </summary>
    public abstract string Run(byte[] input);

    /// <summary>How much memory the process may ever need, bytes: the largest inputs have ten megabytes, and some twenty thousand small ones are kept.</summary>
    public virtual long MostMemory => 2L << 30;

    /// <summary>How long an input may take, in time that the CPU worked on it: so much, and as much again for each of its megabytes.</summary>
    public virtual TimeSpan Deadline => TimeSpan.FromSeconds(3);

    /// <summary>An error's words without its numbers and names.</summary>
    protected static string Kind(string message)
    {
        var kind = string.Concat(message.Take(60).Where(static c => char.IsAsciiLetter(c) || c == ' '));
        return kind.Length > 0 ? kind : "error";
    }

    /// <summary>Says that something is not as it must be.</summary>
    protected static void Must(bool holds, string what)
    {
        if (!holds) throw new FuzzException(what);
    }
}

/// <summary>A promise that an input broke.</summary>
internal sealed class FuzzException(string message) : Exception(message);
