namespace Peregrine.Hub.Journal;

/// <summary>A record's place in the journal.</summary>
/// <param name="Segment">The sequence number of the first record of its segment, which names the segment's file.</param>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Sequence">Its number: records are counted from 1 over all segments, without gaps.</param>
public readonly record struct JournalPosition(long Segment, long Offset, long Sequence)
{
    /// <summary>Where an empty journal begins.</summary>
    public static JournalPosition Start => new(1, 0, 1);
}

public enum JournalRecordKind : byte
{
    /// <summary>An alert as it came in, completed by the hub.</summary>
    Alert,

    /// <summary>An alert that the hub made of others (a group, a count) for a queue; it is neither routed nor stored.</summary>
    Derived,
}

/// <summary>A record as it was read.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">The alert's JSON; a copy that the caller owns.</param>
public readonly record struct JournalRecord(JournalPosition Position, JournalRecordKind Kind, byte[] Payload);
