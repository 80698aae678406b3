using System.Diagnostics.CodeAnalysis;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>One event of a capture, in the current schema. It points into the reader's buffer: valid until the reader is asked for the next one or disposed.</summary>
public ref struct CaptureEvent
{
    // The reader writes it in its place: it is as large as four words, and there are millions of them.
    internal EventView View;

    /// <summary>The record.</summary>
    [UnscopedRef]
    public readonly ref readonly EventView Event => ref View;

    /// <summary>The CPU that recorded it.</summary>
    public ushort Cpu { readonly get; internal set; }

    /// <summary>The flags of its block; see <see cref="CaptureEventFlags"/>.</summary>
    public CaptureEventFlags Flags { readonly get; internal set; }

    /// <summary>Where its block starts, in bytes of the unpacked capture.</summary>
    public long Offset { readonly get; internal set; }

    /// <summary>
    /// Position in the stream, from 1: <c>evt.num</c>. Events that only feed the state count too, so that the numbers are those that people know from the reference.
    /// </summary>
    public ulong Number { readonly get; internal set; }

    /// <summary>
    /// Whether people and rules see it. The rest only feeds the state: events marked so, enter events of syscalls that the conversion lets through,
    /// and users, groups and containers that stand before the first event.
    /// </summary>
    public bool IsSurfaced { readonly get; internal set; }

    /// <summary>
    /// True for the first event of a second or later section (captures that were joined end to end): the reader's tables have been replaced,
    /// the state must be built anew from them.
    /// </summary>
    public bool StartsSection { readonly get; internal set; }
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
