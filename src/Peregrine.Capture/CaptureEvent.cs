using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>One event of a capture, in the current schema. It points into the reader's buffer: valid until the reader is asked for the next one or disposed.</summary>
public readonly ref struct CaptureEvent
{
    /// <summary>The record.</summary>
    public required EventView Event { get; init; }

    /// <summary>The CPU that recorded it.</summary>
    public required ushort Cpu { get; init; }

    /// <summary>The flags of its block; see <see cref="CaptureEventFlags"/>.</summary>
    public required CaptureEventFlags Flags { get; init; }

    /// <summary>Where its block starts, in bytes of the unpacked capture.</summary>
    public required long Offset { get; init; }

    /// <summary>
    /// Position in the stream, from 1: <c>evt.num</c>. Events that only feed the state count too, so that the numbers are those that people know from the reference.
    /// </summary>
    public required ulong Number { get; init; }

    /// <summary>
    /// Whether people and rules see it. The rest only feeds the state: events marked so, enter events of syscalls that the conversion lets through,
    /// and users, groups and containers that stand before the first event.
    /// </summary>
    public required bool IsSurfaced { get; init; }

    /// <summary>
    /// True for the first event of a second or later section (captures that were joined end to end): the reader's tables have been replaced,
    /// the state must be built anew from them.
    /// </summary>
    public required bool StartsSection { get; init; }
}

/// <summary>Flags that the event blocks of a capture carry.</summary>
[Flags]
public enum CaptureEventFlags : uint
{
    None = 0,
    /// <summary>The event changes the state and must not be shown.</summary>
    StateOnly = 1,
    /// <summary>Asks the writer for a block without the 64 KiB limit; never stored.</summary>
    Large = 4,
}
