using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>What a path is to its call.</summary>
internal enum FsPathRole
{
    Path,
    Source,
    Target,
}

/// <summary>Finds the paths of a call on the file system. For links the new name is the source, as the reference has it.</summary>
internal static class FsPath
{
    private const int None = -1;

    /// <summary>The path is the name of the event's descriptor.</summary>
    private const int OfDescriptor = -2;

    public static bool TryExtract(ref EventContext context, FsPathRole role, bool raw, ref FieldValue value)
    {
        var (path, directory) = Positions(context.Event.Type, role);
        if (path == None || !Succeeded(ref context)) return false;
        if (path == OfDescriptor) return context.Fd is { } fd && value.Set(fd.Name);
        var name = context.Event.Param(path).IsEmpty ? "<NA>"u8 : context.Event.Text(path);
        if (raw) return value.Set(name);
        if (context.Thread is null && !JoinedPath.IsAbsolute(name)) return false;
        var start = directory == None ? Directories.CurrentDirectory : context.Event.Int(directory, Directories.CurrentDirectory);
        value.Buffer.Begin();
        JoinedPath.Append(value.Buffer, JoinedPath.IsAbsolute(name) ? default : Directories.Of(ref context, start), name);
        return value.Set(value.Buffer.End());
    }

    /// <summary>Calls that make a descriptor are asked whether they returned -1 and no other error, which is what rules rely on.</summary>
    private static bool Succeeded(ref EventContext context)
    {
        if (!ReturnValue.TryGet(ref context, out var result)) return false;
        return context.Event.Type is EventType.SyscallOpenX or EventType.SyscallOpenat_2X or EventType.SyscallOpenat2X ? result != -1 : result == 0;
    }

    /// <summary>Where the path stands, and where the descriptor that it is relative to.</summary>
    private static (int Path, int Directory) Positions(EventType type, FsPathRole role) => role switch
    {
        FsPathRole.Path => OnePath(type),
        FsPathRole.Source => Source(type),
        _ => Target(type),
    };

    private static (int Path, int Directory) OnePath(EventType type) => type switch
    {
        EventType.SyscallOpenX => (EventParams.SyscallOpenX.Name, None),
        EventType.SyscallOpenat_2X => (EventParams.SyscallOpenat_2X.Name, EventParams.SyscallOpenat_2X.Dirfd),
        EventType.SyscallOpenat2X => (EventParams.SyscallOpenat2X.Name, EventParams.SyscallOpenat2X.Dirfd),
        EventType.SyscallMkdir_2X => (EventParams.SyscallMkdir_2X.Path, None),
        EventType.SyscallMkdiratX => (EventParams.SyscallMkdiratX.Path, EventParams.SyscallMkdiratX.Dirfd),
        EventType.SyscallRmdir_2X => (EventParams.SyscallRmdir_2X.Path, None),
        EventType.SyscallUnlink_2X => (EventParams.SyscallUnlink_2X.Path, None),
        EventType.SyscallUnlinkat_2X => (EventParams.SyscallUnlinkat_2X.Name, EventParams.SyscallUnlinkat_2X.Dirfd),
        EventType.SyscallChmodX => (EventParams.SyscallChmodX.Filename, None),
        EventType.SyscallFchmodatX => (EventParams.SyscallFchmodatX.Filename, EventParams.SyscallFchmodatX.Dirfd),
        EventType.SyscallFchmodX or EventType.SyscallFchownX => (OfDescriptor, None),
        EventType.SyscallChownX => (EventParams.SyscallChownX.Path, None),
        EventType.SyscallLchownX => (EventParams.SyscallLchownX.Path, None),
        EventType.SyscallFchownatX => (EventParams.SyscallFchownatX.Pathname, EventParams.SyscallFchownatX.Dirfd),
        EventType.SyscallQuotactlX => (EventParams.SyscallQuotactlX.Special, None),
        EventType.SyscallUmount_1X => (EventParams.SyscallUmount_1X.Name, None),
        EventType.SyscallUmount2X => (EventParams.SyscallUmount2X.Name, None),
        _ => (None, None),
    };

    private static (int Path, int Directory) Source(EventType type) => type switch
    {
        EventType.SyscallRenameX => (EventParams.SyscallRenameX.Oldpath, None),
        EventType.SyscallRenameatX => (EventParams.SyscallRenameatX.Oldpath, EventParams.SyscallRenameatX.Olddirfd),
        EventType.SyscallRenameat2X => (EventParams.SyscallRenameat2X.Oldpath, EventParams.SyscallRenameat2X.Olddirfd),
        EventType.SyscallLink_2X => (EventParams.SyscallLink_2X.Newpath, None),
        EventType.SyscallLinkat_2X => (EventParams.SyscallLinkat_2X.Newpath, EventParams.SyscallLinkat_2X.Newdir),
        EventType.SyscallSymlinkX => (EventParams.SyscallSymlinkX.Linkpath, None),
        EventType.SyscallSymlinkatX => (EventParams.SyscallSymlinkatX.Linkpath, EventParams.SyscallSymlinkatX.Linkdirfd),
        EventType.SyscallMountX => (EventParams.SyscallMountX.Dev, None),
        _ => (None, None),
    };

    private static (int Path, int Directory) Target(EventType type) => type switch
    {
        EventType.SyscallRenameX => (EventParams.SyscallRenameX.Newpath, None),
        EventType.SyscallRenameatX => (EventParams.SyscallRenameatX.Newpath, EventParams.SyscallRenameatX.Newdirfd),
        EventType.SyscallRenameat2X => (EventParams.SyscallRenameat2X.Newpath, EventParams.SyscallRenameat2X.Newdirfd),
        EventType.SyscallLink_2X => (EventParams.SyscallLink_2X.Oldpath, None),
        EventType.SyscallLinkat_2X => (EventParams.SyscallLinkat_2X.Oldpath, EventParams.SyscallLinkat_2X.Olddir),
        EventType.SyscallSymlinkX => (EventParams.SyscallSymlinkX.Target, None),
        EventType.SyscallSymlinkatX => (EventParams.SyscallSymlinkatX.Target, None),
        EventType.SyscallMountX => (EventParams.SyscallMountX.Dir, None),
        _ => (None, None),
    };
}
