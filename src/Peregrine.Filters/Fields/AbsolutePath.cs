using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary><c>evt.abspath</c>: the paths of calls that take a directory descriptor.</summary>
internal static class AbsolutePath
{
    private const long First = 1;
    private const long Second = 2;

    public static bool Parse(string tail, out int consumed, out FieldArg arg)
    {
        (consumed, arg) = tail switch
        {
            _ when tail.StartsWith(".src", StringComparison.Ordinal) => (4, new FieldArg { Text = "src", Index = First }),
            _ when tail.StartsWith(".dst", StringComparison.Ordinal) => (4, new FieldArg { Text = "dst", Index = Second }),
            _ => (0, FieldArg.None),
        };
        return true;
    }

    public static bool TryExtract(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (context.Thread is null) return false;
        var type = context.Event.Type;
        if (type == EventType.SyscallOpenByHandleAtX)
        {
            var opened = context.Event.Text(EventParams.SyscallOpenByHandleAtX.Path);
            return context.Event.Int(EventParams.SyscallOpenByHandleAtX.Fd) > 0 && Join(default, opened, ref value);
        }
        var (directory, path) = Positions(type, arg.Index == Second);
        if (path < 0) return false;
        var name = context.Event.Text(path);
        if (name.IsEmpty || context.Event.Param(directory).IsEmpty) return false;
        var start = JoinedPath.IsAbsolute(name) ? default : Directories.Of(ref context, context.Event.Int(directory));
        return Join(start, name, ref value);
    }

    private static bool Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path, ref FieldValue value)
    {
        value.Buffer.Begin();
        JoinedPath.Append(value.Buffer, directory, path);
        return value.Set(value.Buffer.End());
    }

    private static (int Directory, int Path) Positions(EventType type, bool second) => type switch
    {
        EventType.SyscallRenameatX => second ? (EventParams.SyscallRenameatX.Newdirfd, EventParams.SyscallRenameatX.Newpath) : (EventParams.SyscallRenameatX.Olddirfd, EventParams.SyscallRenameatX.Oldpath),
        EventType.SyscallRenameat2X => second ? (EventParams.SyscallRenameat2X.Newdirfd, EventParams.SyscallRenameat2X.Newpath) : (EventParams.SyscallRenameat2X.Olddirfd, EventParams.SyscallRenameat2X.Oldpath),
        EventType.SyscallLinkat_2X => second ? (EventParams.SyscallLinkat_2X.Newdir, EventParams.SyscallLinkat_2X.Newpath) : (EventParams.SyscallLinkat_2X.Olddir, EventParams.SyscallLinkat_2X.Oldpath),
        EventType.SyscallSymlinkatX => (EventParams.SyscallSymlinkatX.Linkdirfd, EventParams.SyscallSymlinkatX.Linkpath),
        EventType.SyscallOpenat_2X => (EventParams.SyscallOpenat_2X.Dirfd, EventParams.SyscallOpenat_2X.Name),
        EventType.SyscallOpenat2X => (EventParams.SyscallOpenat2X.Dirfd, EventParams.SyscallOpenat2X.Name),
        EventType.SyscallUnlinkat_2X => (EventParams.SyscallUnlinkat_2X.Dirfd, EventParams.SyscallUnlinkat_2X.Name),
        EventType.SyscallMkdiratX => (EventParams.SyscallMkdiratX.Dirfd, EventParams.SyscallMkdiratX.Path),
        EventType.SyscallFchmodatX => (EventParams.SyscallFchmodatX.Dirfd, EventParams.SyscallFchmodatX.Filename),
        EventType.SyscallFchownatX => (EventParams.SyscallFchownatX.Dirfd, EventParams.SyscallFchownatX.Pathname),
        _ => (-1, -1),
    };
}
