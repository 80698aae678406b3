namespace Peregrine.State;

/// <summary>
/// What the enter event of a call in an old capture said, until its exit event comes. Only exec and connect need it: their exit events once lacked the path and the address.
/// </summary>
internal sealed class EnterMemory
{
    public Peregrine.Events.EventType Type;

    public long Fd;

    public uint Flags;

    public byte[] Text = [];
}
