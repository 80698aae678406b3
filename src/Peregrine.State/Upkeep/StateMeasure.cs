namespace Peregrine.State;

/// <summary>What the tables take, to within some ten percent. Texts and descriptors that several threads share are counted once.</summary>
internal sealed class StateMeasure
{
    /// <summary>An entry, its places in the tables, its short texts.</summary>
    public const long ThreadBytes = 1024;

    /// <summary>A descriptor's place in a table.</summary>
    public const long SlotBytes = 16;

    private const long FdEntryBytes = 192;
    private const long ArrayBytes = 24;

    /// <summary>Shorter texts are in <see cref="ThreadBytes"/>, or interned.</summary>
    private const int CountedText = 256;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    private StateMeasure()
    {
    }

    public long Threads { get; private set; }

    public long Fds { get; private set; }

    /// <summary>Every process with what it alone would give back; shared texts count for the first that was met.</summary>
    public List<Share> Shares { get; } = [];

    public static StateMeasure Take(ThreadTable table)
    {
        var measure = new StateMeasure();
        foreach (var group in table.Groups) measure.Add(group);
        measure.Threads += (table.Count - measure.Shares.Sum(static s => s.ThreadCount)) * ThreadBytes;
        return measure;
    }

    public static long Of(FdEntry entry) => FdEntryBytes + ArrayBytes + entry.TextBytes;

    private void Add(ThreadGroup group)
    {
        long threads = 0, texts = Text(group.Env) + Text(group.Cwd), fds = Table(group.Fds), last = 0;
        var count = 0;
        for (var thread = group.FirstThread; thread is not null; thread = thread.NextInGroup)
        {
            count++;
            threads += ThreadBytes;
            texts += Text(thread.Args) + Text(thread.Exe) + Text(thread.ExePath) + Text(thread.Cgroups) + Text(thread.Root);
            if (thread.OwnFds is { } own) fds += Table(own);
            last = Math.Max(last, (long)Math.Max(thread.LastEventTime, thread.CloneTime));
        }
        Threads += threads + texts;
        Fds += fds;
        Shares.Add(new Share(group, (ulong)last, threads + texts, texts, fds, count));
    }

    private long Text(byte[] text) => text.Length < CountedText || !_seen.Add(text) ? 0 : text.Length + ArrayBytes;

    private long Table(FdTable table)
    {
        if (table.Count == 0 || !_seen.Add(table)) return 0;
        long sum = 0;
        foreach (var (_, entry) in table.Entries())
        {
            sum += SlotBytes;
            if (entry.References <= 1 || _seen.Add(entry)) sum += Of(entry);
        }
        return sum;
    }

    /// <summary>What a process takes.</summary>
    /// <param name="Group">The process.</param>
    /// <param name="Last">When it was last heard of.</param>
    /// <param name="Bytes">Its threads with their texts.</param>
    /// <param name="Texts">Of these, its long texts.</param>
    /// <param name="Fds">Its descriptors.</param>
    /// <param name="ThreadCount">Its threads.</param>
    internal readonly record struct Share(ThreadGroup Group, ulong Last, long Bytes, long Texts, long Fds, int ThreadCount);
}
