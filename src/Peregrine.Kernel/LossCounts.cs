namespace Peregrine.Kernel;

/// <summary>What was generated, by class of event, and of that what was lost, by reason and class. Immutable.</summary>
public sealed class LossCounts
{
    /// <summary>How many reasons there are.</summary>
    public const int Reasons = (int)DropReason.Bug + 1;

    private readonly ulong[] _generated;
    private readonly ulong[] _dropped;

    /// <param name="generated">By class; kept.</param>
    /// <param name="dropped">By reason, and for each reason by class; kept.</param>
    internal LossCounts(ulong[] generated, ulong[] dropped) => (_generated, _dropped) = (generated, dropped);

    internal static LossCounts None { get; } = new(new ulong[EventClasses.Count], new ulong[Reasons * EventClasses.Count]);

    public ulong Generated => Sum(_generated, 0, 1, _generated.Length);

    public ulong Dropped => Sum(_dropped, 0, 1, _dropped.Length);

    public ulong GeneratedOf(EventClass of) => _generated[(int)of];

    public ulong DroppedOf(EventClass of) => Sum(_dropped, (int)of, EventClasses.Count, Reasons);

    public ulong DroppedBy(DropReason reason) => Sum(_dropped, (int)reason * EventClasses.Count, 1, EventClasses.Count);

    public ulong DroppedBy(DropReason reason, EventClass of) => _dropped[(int)reason * EventClasses.Count + (int)of];

    /// <summary>The drops for want of room in a ring, whatever the room was kept for.</summary>
    public ulong DroppedInBuffer => DroppedBy(DropReason.RingFull) + DroppedBy(DropReason.Reserved);

    /// <summary>The same, of one class of events.</summary>
    public ulong DroppedInBufferOf(EventClass of) => DroppedBy(DropReason.RingFull, of) + DroppedBy(DropReason.Reserved, of);

    internal LossCounts Plus(LossCounts other) => Combine(other, static (a, b) => a + b);

    internal LossCounts Minus(LossCounts other) => Combine(other, static (a, b) => a - b);

    private LossCounts Combine(LossCounts other, Func<ulong, ulong, ulong> by)
    {
        var generated = new ulong[_generated.Length];
        var dropped = new ulong[_dropped.Length];
        for (var i = 0; i < generated.Length; i++) generated[i] = by(_generated[i], other._generated[i]);
        for (var i = 0; i < dropped.Length; i++) dropped[i] = by(_dropped[i], other._dropped[i]);
        return new LossCounts(generated, dropped);
    }

    private static ulong Sum(ulong[] counts, int start, int step, int count)
    {
        ulong sum = 0;
        for (var i = 0; i < count; i++) sum += counts[start + i * step];
        return sum;
    }
}
