using System.Runtime.CompilerServices;

namespace Peregrine.Outputs;

/// <summary>Why an output lost an alert.</summary>
public enum AlertLoss
{
    /// <summary>Its queue was full.</summary>
    QueueFull,

    /// <summary>Its spool on disk was full.</summary>
    SpoolFull,

    /// <summary>What the spool held of it could not be read any more.</summary>
    SpoolDamaged,

    /// <summary>Nobody took it for as many attempts as were allowed.</summary>
    Unreachable,

    /// <summary>No answer came in time, as often as was allowed; it may have arrived all the same.</summary>
    TimedOut,

    /// <summary>The other side refused it.</summary>
    Rejected,

    /// <summary>It still waited when the sensor had to end, or when the output was taken out of the configuration.</summary>
    Shutdown,
}

/// <summary>Lost alerts by reason.</summary>
[InlineArray(Reasons)]
public struct AlertLossCounts : IEquatable<AlertLossCounts>
{
    /// <summary>How many reasons there are.</summary>
    public const int Reasons = (int)AlertLoss.Shutdown + 1;

    private static readonly string[] Names = ["queue_full", "spool_full", "spool_damaged", "unreachable", "timed_out", "rejected", "shutdown"];

    private long _first;

    public readonly long this[AlertLoss reason]
    {
        get => ((ReadOnlySpan<long>)this)[(int)reason];
    }

    public readonly long Total
    {
        get
        {
            long total = 0;
            foreach (var count in (ReadOnlySpan<long>)this) total += count;
            return total;
        }
    }

    /// <summary>So many for one reason.</summary>
    public static AlertLossCounts Of(AlertLoss reason, long count)
    {
        var counts = default(AlertLossCounts);
        counts[(int)reason] = count;
        return counts;
    }

    /// <summary>A reason as metrics and logs call it.</summary>
    public static string NameOf(AlertLoss reason) => Names[(int)reason];

    public static AlertLossCounts operator +(AlertLossCounts a, AlertLossCounts b)
    {
        for (var i = 0; i < Reasons; i++) a[i] += b[i];
        return a;
    }

    public static bool operator ==(AlertLossCounts a, AlertLossCounts b) => a.Equals(b);

    public static bool operator !=(AlertLossCounts a, AlertLossCounts b) => !a.Equals(b);

    public readonly bool Equals(AlertLossCounts other) => ((ReadOnlySpan<long>)this).SequenceEqual(other);

    public readonly override bool Equals(object? obj) => obj is AlertLossCounts other && Equals(other);

    public readonly override int GetHashCode() => Total.GetHashCode();

    /// <summary>The reasons that occurred: <c>queue_full 3, rejected 1</c>.</summary>
    public readonly override string ToString()
    {
        var parts = new List<string>();
        for (var i = 0; i < Reasons; i++)
            if (this[i] > 0) parts.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Names[i]} {this[i]}"));
        return string.Join(", ", parts);
    }
}
