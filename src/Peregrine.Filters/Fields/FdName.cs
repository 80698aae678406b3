using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>
/// The name of an event's descriptor. A call that failed to make one still named something: then the name is what the call asked for,
/// and other calls on a descriptor that is not known have an empty name.
/// </summary>
internal static class FdName
{
    public static bool Extract(ref EventContext context, ref FieldValue value)
    {
        if (!FdFields.HasFd(ref context)) return false;
        if (Known(ref context) is { } fd) return value.Set(fd.Name);
        value.Buffer.Begin();
        AppendAsked(ref context, value.Buffer, raw: false);
        return value.Set(value.Buffer.End());
    }

    public static bool ExtractRaw(ref EventContext context, ref FieldValue value)
    {
        if (!FdFields.HasFd(ref context)) return false;
        if (context.Fd is { } fd) return value.Set(fd.IsNameRawPlain ? fd.NameRaw : SingleSlashes(ref value, fd.NameRaw));
        value.Buffer.Begin();
        AppendAsked(ref context, value.Buffer, raw: true);
        return value.Set(SingleSlashes(ref value, value.Buffer.End()));
    }

    public static bool ExtractWithContainer(ref EventContext context, FieldArg arg, ref FieldValue value) =>
        Extract(ref context, ref value) && WithContainer(ref context, ref value);

    public static bool ExtractDirectoryWithContainer(ref EventContext context, FieldArg arg, ref FieldValue value) =>
        TryGetDirectory(ref context, ref value) && WithContainer(ref context, ref value);

    /// <summary>Everything before the last slash of a file's path; the whole path of a directory. <c>/</c> for names without a directory.</summary>
    public static bool TryGetDirectory(ref EventContext context, ref FieldValue value)
    {
        if (!FdFields.HasFd(ref context)) return false;
        if (context.Fd is { Type: not (FdType.File or FdType.FileV2 or FdType.Directory) }) return false;
        if (context.Fd is { Type: FdType.Directory } directory) return value.Set(directory.Name);
        if (context.Fd is { } file) value.Set(file.Name);
        else Extract(ref context, ref value);
        var slash = value.Bytes.LastIndexOf((byte)'/');
        if (slash <= 0) return value.Set("/"u8);
        return slash == value.Bytes.Length - 1 || value.Set(value.Bytes[..slash]);
    }

    /// <summary>A connect that failed on a network socket without a name says where to.</summary>
    private static FdEntry? Known(ref EventContext context)
    {
        if (context.Fd is not { Type: not FdType.UnixSocket, Name.Length: 0 }) return context.Fd;
        return context.Event.Type == EventType.SocketConnectX && context.Event.Int(EventParams.SocketConnectX.Res) < 0 ? null : context.Fd;
    }

    private static void AppendAsked(ref EventContext context, ValueBuffer text, bool raw)
    {
        switch (context.Event.Type)
        {
            case EventType.SyscallOpenX:
                AppendPath(ref context, text, Directories.CurrentDirectory, EventParams.SyscallOpenX.Name, raw);
                break;
            case EventType.SyscallCreatX:
                AppendPath(ref context, text, Directories.CurrentDirectory, EventParams.SyscallCreatX.Name, raw);
                break;
            case EventType.SyscallOpenat_2X:
                AppendPath(ref context, text, context.Event.Int(EventParams.SyscallOpenat_2X.Dirfd, Directories.CurrentDirectory), EventParams.SyscallOpenat_2X.Name, raw);
                break;
            case EventType.SyscallOpenat2X:
                AppendPath(ref context, text, context.Event.Int(EventParams.SyscallOpenat2X.Dirfd, Directories.CurrentDirectory), EventParams.SyscallOpenat2X.Name, raw);
                break;
            case EventType.SyscallOpenByHandleAtX:
                text.Append(context.Event.Text(EventParams.SyscallOpenByHandleAtX.Path));
                break;
            case EventType.SocketConnectX:
                ParamText.Append(ref context, text, EventParams.SocketConnectX.Tuple);
                break;
            case EventType.SocketAccept_5X:
                ParamText.Append(ref context, text, EventParams.SocketAccept_5X.Tuple);
                break;
            case EventType.SocketAccept4_6X:
                ParamText.Append(ref context, text, EventParams.SocketAccept4_6X.Tuple);
                break;
        }
    }

    private static void AppendPath(ref EventContext context, ValueBuffer text, long directory, int position, bool raw)
    {
        var path = context.Event.Text(position);
        if (raw) text.Append(path);
        else JoinedPath.Append(text, JoinedPath.IsAbsolute(path) ? default : Directories.Of(ref context, directory), path);
    }

    private static bool WithContainer(ref EventContext context, ref FieldValue value)
    {
        var name = value.Bytes;
        value.Buffer.Begin();
        if (context.Thread?.Container is { } container) value.Buffer.Append(container.Id);
        value.Buffer.Append((byte)':');
        value.Buffer.Append(name);
        return value.Set(value.Buffer.End());
    }

    private static ReadOnlySpan<byte> SingleSlashes(scoped ref FieldValue value, ReadOnlySpan<byte> path)
    {
        if (path.IndexOf("//"u8) < 0) return path;
        var plain = value.Buffer.Take(path.Length);
        var length = 0;
        foreach (var b in path)
            if (b != (byte)'/' || length == 0 || plain[length - 1] != (byte)'/') plain[length++] = b;
        return plain[..length];
    }
}
