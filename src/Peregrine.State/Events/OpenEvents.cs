using Peregrine.Events;

namespace Peregrine.State;

/// <summary>open, openat, openat2, creat, open_by_handle_at: a new file descriptor with an absolute name.</summary>
internal static class OpenEvents
{
    private const uint Directory = 0x400;
    private const uint CloseOnExec = 0x1000;
    private const uint UpperLayer = 0x8000;
    private const uint LowerLayer = 0x1_0000;
    private const uint CreatUpperLayer = 1;
    private const uint CreatLowerLayer = 2;
    private const uint CreatFlags = 0x100 | 0x4 | 0x2;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallOpenX] = Open;
        handlers[(int)EventType.SyscallOpenat_2X] = Openat;
        handlers[(int)EventType.SyscallOpenat2X] = Openat2;
        handlers[(int)EventType.SyscallCreatX] = Creat;
        handlers[(int)EventType.SyscallOpenByHandleAtX] = OpenByHandle;
    }

    private static void Open(StateEngine state, ref EventContext c)
    {
        // fd, name, flags, mode, dev, ino
        var values = c.Event.Values();
        var number = EventView.ToInt(values.Next(), -1);
        var name = EventView.ToText(values.Next());
        var flags = EventView.ToUint(values.Next());
        values.Next();
        Add(state, ref c, number, Directories.AtCwd, name, (uint)flags, (uint)EventView.ToUint(values.Next()), EventView.ToUint(values.Next()));
    }

    private static void Openat(StateEngine state, ref EventContext c)
    {
        // fd, dirfd, name, flags, mode, dev, ino: as many events as of any other kind, so they are read in one go.
        var values = c.Event.Values();
        var number = EventView.ToInt(values.Next(), -1);
        var directory = EventView.ToInt(values.Next(), Directories.AtCwd);
        var name = EventView.ToText(values.Next());
        var flags = EventView.ToUint(values.Next());
        values.Next();
        Add(state, ref c, number, directory, name, (uint)flags, (uint)EventView.ToUint(values.Next()), EventView.ToUint(values.Next()));
    }

    private static void Openat2(StateEngine state, ref EventContext c)
    {
        var e = c.Event;
        Add(state, ref c, e.Int(EventParams.SyscallOpenat2X.Fd, -1), e.Int(EventParams.SyscallOpenat2X.Dirfd, Directories.AtCwd), e.Text(EventParams.SyscallOpenat2X.Name),
            (uint)e.Uint(EventParams.SyscallOpenat2X.Flags), (uint)e.Uint(EventParams.SyscallOpenat2X.Dev), e.Uint(EventParams.SyscallOpenat2X.Ino));
    }

    private static void Creat(StateEngine state, ref EventContext c)
    {
        var e = c.Event;
        var layers = (uint)e.Uint(EventParams.SyscallCreatX.CreatFlags);
        var flags = CreatFlags | ((layers & CreatUpperLayer) != 0 ? UpperLayer : 0) | ((layers & CreatLowerLayer) != 0 ? LowerLayer : 0);
        Add(state, ref c, e.Int(EventParams.SyscallCreatX.Fd, -1), Directories.AtCwd, e.Text(EventParams.SyscallCreatX.Name), flags, (uint)e.Uint(EventParams.SyscallCreatX.Dev), e.Uint(EventParams.SyscallCreatX.Ino));
    }

    private static void OpenByHandle(StateEngine state, ref EventContext c)
    {
        var e = c.Event;
        Add(state, ref c, e.Int(EventParams.SyscallOpenByHandleAtX.Fd, -1), Directories.AtCwd, e.Text(EventParams.SyscallOpenByHandleAtX.Path), (uint)e.Uint(EventParams.SyscallOpenByHandleAtX.Flags),
            (uint)e.Uint(EventParams.SyscallOpenByHandleAtX.Dev), e.Uint(EventParams.SyscallOpenByHandleAtX.Ino));
    }

    private static void Add(StateEngine state, ref EventContext context, long number, long directory, ReadOnlySpan<byte> path, uint flags, uint device, ulong inode)
    {
        if (context.Thread is not { } thread || number < 0) return;
        var entry = state.FdPool.Rent(state.Names.Intern(Directories.Resolve(state, thread, directory, path)));
        entry.Type = (flags & Directory) != 0 ? FdType.Directory : FdType.FileV2;
        entry.OpenFlags = flags;
        entry.Flags = ((flags & CloseOnExec) != 0 ? FdFlags.CloseOnExec : 0) | ((flags & UpperLayer) != 0 ? FdFlags.UpperLayer : 0) | ((flags & LowerLayer) != 0 ? FdFlags.LowerLayer : 0);
        entry.SetNameRaw(path, state.Names);
        (entry.Device, entry.Inode) = (device, inode);
        NewDescriptors.Add(ref context, thread, number, entry);
    }
}
