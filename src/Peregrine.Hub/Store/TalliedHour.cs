namespace Peregrine.Hub.Store;

/// <summary>How many alerts a store has of one hour.</summary>
/// <param name="Hour">The hour, counted from 1970.</param>
/// <param name="All">All that are kept of it.</param>
/// <param name="Matching">Those that what is asked holds for, but for the text and the minutes.</param>
internal readonly record struct TalliedHour(long Hour, long All, long Matching)
{
    /// <summary>The nanoseconds of an hour: an alert's time divided by them is its hour.</summary>
    public const long Nanoseconds = 3_600_000_000_000;

    public DateTimeOffset Begin => DateTimeOffset.UnixEpoch.AddHours(Hour);

    public DateTimeOffset End => DateTimeOffset.UnixEpoch.AddHours(Hour + 1);

    /// <summary>The hour that a time is in.</summary>
    public static long Of(DateTimeOffset time) => Math.DivRem(time.ToUnixTimeMilliseconds(), Nanoseconds / 1_000_000) is var (hour, rest) && rest < 0 ? hour - 1 : hour;
}
