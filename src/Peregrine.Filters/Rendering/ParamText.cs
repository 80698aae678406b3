using System.Buffers.Binary;
using Peregrine.Events;
using Peregrine.Filters.Fields;
using Peregrine.State;

namespace Peregrine.Filters.Rendering;

/// <summary>
/// Event parameters as text. A parameter has a plain text (<c>3</c>, <c>4097</c>) and may have one that says what it means (<c>&lt;f>/etc/passwd</c>, <c>O_RDONLY|O_CLOEXEC</c>).
/// <c>evt.args</c> prints both, <c>evt.arg.x</c> the meaning where there is one.
/// </summary>
/// <remarks>Everything is appended to the text that is open in the buffer.</remarks>
public static class ParamText
{
    /// <summary><c>name=plain(meaning)</c> of every parameter, joined by blanks.</summary>
    public static void AppendAll(ref EventContext context, ValueBuffer text)
    {
        var parameters = context.Event.Info.Params;
        var count = Count(ref context);
        var values = context.Event.Values();
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Append((byte)' ');
            var value = values.Next();
            var declared = parameters[i];
            var param = Variant(declared, ref value);
            text.Append(declared.NameUtf8);
            text.Append((byte)'=');
            AppendPlain(ref context, text, param, value);
            var before = text.OpenLength;
            text.Append((byte)'(');
            if (TryAppendMeaning(ref context, text, declared, param, value)) text.Append((byte)')');
            else text.Truncate(before);
        }
    }

    /// <summary>How many parameters the event has: what it was recorded with, but no more than the schema knows.</summary>
    public static int Count(ref EventContext context) => Math.Min(context.Event.ParamCount, context.Event.Info.Params.Length);

    /// <summary>What <c>evt.arg.x</c> prints.</summary>
    public static void Append(ref EventContext context, ValueBuffer text, int index)
    {
        var before = text.OpenLength;
        if (TryAppendMeaning(ref context, text, index)) return;
        text.Truncate(before);
        AppendPlain(ref context, text, index);
    }

    /// <summary>The plain text of a parameter; <c>&lt;NA></c> or <c>NULL</c> when it is unavailable.</summary>
    public static void AppendPlain(ref EventContext context, ValueBuffer text, int index)
    {
        var value = context.Event.Param(index);
        var param = Variant(context.Event.Info.Params[index], ref value);
        AppendPlain(ref context, text, param, value);
    }

    private static void AppendPlain(ref EventContext context, ValueBuffer text, ParamInfo param, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            text.Append(Unavailable(param.Type));
            return;
        }
        switch (param.Type)
        {
            case ParamType.Charbuf or ParamType.Fspath or ParamType.Fsrelpath:
                text.Append(OrUnavailable(UntilNul(value)));
                break;
            case ParamType.Bytebuf:
                BufferText.AppendDotted(text, value);
                break;
            case ParamType.Sockaddr:
                SocketAddressText.AppendSocketAddress(text, value);
                break;
            case ParamType.Socktuple:
                SocketAddressText.AppendTuple(text, value);
                break;
            case ParamType.Fdlist:
                FdListText.Append(ref context, text, value);
                break;
            case ParamType.Abstime:
                TimeText.AppendDateTime(text, RawNumber.Unsigned(value), fraction: true);
                break;
            case ParamType.Ipv4addr or ParamType.Ipv6addr or ParamType.Ipaddr:
                if (value.Length is 4 or 16) AddressRendering.Append(value, text);
                break;
            default:
                AppendNumber(text, param, value);
                break;
        }
    }

    /// <summary>What the parameter means, when it means more than its plain text says.</summary>
    public static bool TryAppendMeaning(ref EventContext context, ValueBuffer text, int index)
    {
        var value = context.Event.Param(index);
        var declared = context.Event.Info.Params[index];
        var param = Variant(declared, ref value);
        return TryAppendMeaning(ref context, text, declared, param, value);
    }

    private static bool TryAppendMeaning(ref EventContext context, ValueBuffer text, ParamInfo declared, ParamInfo param, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return false;
        switch (param.Type)
        {
            case ParamType.Fd or ParamType.Fd32:
                return TryAppendFd(ref context, text, RawNumber.Signed(value));
            case ParamType.Errno:
                return RawNumber.Signed(value) is < 0 and var result && TryAppend(text, ErrnoNames.Of(result));
            case ParamType.Pid or ParamType.Pid32:
                return TryAppend(text, Ancestry.Find(ref context, RawNumber.Signed(value))?.Comm);
            case ParamType.Flags8 or ParamType.Flags16 or ParamType.Flags32 or ParamType.Mode:
                return FlagText.TryAppend(text, param.Flags, (uint)RawNumber.Unsigned(value));
            case ParamType.Enumflags8 or ParamType.Enumflags16 or ParamType.Enumflags32:
                return FlagText.TryAppendExact(text, param.Flags, (uint)RawNumber.Unsigned(value));
            case ParamType.Sigtype:
                return TryAppend(text, SignalNames.Of((long)RawNumber.Unsigned(value)));
            case ParamType.Syscallid:
                var code = RawNumber.Unsigned(value);
                return code < (ulong)EventSchema.Syscalls.Length && TryAppend(text, EventSchema.Syscalls[(int)code].NameUtf8);
            case ParamType.Reltime:
                if (RawNumber.Unsigned(value) == ulong.MaxValue) return false;
                TimeText.AppendSeconds(text, RawNumber.Unsigned(value));
                return true;
            case ParamType.Uid:
                return AppendUser(ref context, text, (uint)RawNumber.Unsigned(value));
            case ParamType.Gid:
                return AppendGroup(ref context, text, (uint)RawNumber.Unsigned(value));
            case ParamType.Fspath or ParamType.Fsrelpath:
                return TryAppendPath(ref context, text, declared, UntilNul(value));
            default:
                return false;
        }
    }

    /// <summary>Old recordings write a missing text as <c>(NULL)</c>.</summary>
    internal static ReadOnlySpan<byte> OrUnavailable(ReadOnlySpan<byte> text) => text.SequenceEqual("(NULL)"u8) ? "<NA>"u8 : text;

    private static ReadOnlySpan<byte> Unavailable(ParamType type) => type is ParamType.Bytebuf or ParamType.Socktuple ? "NULL"u8 : "<NA>"u8;

    private static void AppendNumber(ValueBuffer text, ParamInfo param, ReadOnlySpan<byte> value)
    {
        switch (param.Type)
        {
            case ParamType.Reltime when RawNumber.Unsigned(value) == ulong.MaxValue:
                text.Append("none"u8);
                break;
            case ParamType.Uid or ParamType.Gid when RawNumber.Unsigned(value) == uint.MaxValue:
                text.Append("-1"u8);
                break;
            case ParamType.Int8 or ParamType.Int16 or ParamType.Int32 or ParamType.Int64:
                NumberText.Append(text, RawNumber.Signed(value), param.Format, value.Length);
                break;
            case ParamType.Errno or ParamType.Fd or ParamType.Fd32 or ParamType.Pid or ParamType.Pid32:
                text.Append(RawNumber.Signed(value));
                break;
            case ParamType.Uint8 or ParamType.Uint16 or ParamType.Uint32 or ParamType.Uint64 or ParamType.Mode when param.Format is PrintFormat.Hex or PrintFormat.Oct:
                NumberText.Append(text, (long)RawNumber.Unsigned(value), param.Format, 8);
                break;
            case ParamType.Bool:
                text.Append(RawNumber.Unsigned(value) != 0 ? "true"u8 : "false"u8);
                break;
            default:
                NumberText.AppendUnsigned(text, RawNumber.Unsigned(value));
                break;
        }
    }

    /// <summary>The parameter that a dynamic one holds this time; the others as they are.</summary>
    private static ParamInfo Variant(ParamInfo param, ref ReadOnlySpan<byte> value)
    {
        if (param.Type != ParamType.Dyn || param.Variants is not { } table || value.IsEmpty || value[0] >= table.Variants.Length) return param;
        var variant = table.Variants[value[0]];
        value = value[1..];
        return variant;
    }

    private static bool TryAppendFd(ref EventContext context, ValueBuffer text, long fd)
    {
        if (fd >= 0)
        {
            var entry = fd == context.FdNumber && context.Fd is { } own ? own : context.Thread?.Fds.Find(fd);
            if (entry is null) return false;
            FdText.Append(text, entry);
            return true;
        }
        return fd == Directories.CurrentDirectory ? TryAppend(text, "AT_FDCWD"u8) : TryAppend(text, ErrnoNames.Of(fd));
    }

    private static bool AppendUser(ref EventContext context, ValueBuffer text, uint uid)
    {
        if (uid == uint.MaxValue) return TryAppend(text, "<NONE>"u8);
        return Accounts.User(ref context, uid) is { } user && TryAppend(text, user.Name);
    }

    private static bool AppendGroup(ref EventContext context, ValueBuffer text, uint gid)
    {
        if (gid == uint.MaxValue) return TryAppend(text, "<NONE>"u8);
        return Accounts.Group(ref context, gid) is { } group && TryAppend(text, group.Name);
    }

    /// <summary>Relative paths mean what they name from the directory they are relative to.</summary>
    private static bool TryAppendPath(ref EventContext context, ValueBuffer text, ParamInfo param, ReadOnlySpan<byte> path)
    {
        if (JoinedPath.IsAbsolute(path) || path.IsEmpty || path.SequenceEqual("<NA>"u8) || path.SequenceEqual("(NULL)"u8) || context.Thread is null) return false;
        var fd = param.DirFdParam >= 0 ? context.Event.Int(param.DirFdParam, Directories.CurrentDirectory) : Directories.CurrentDirectory;
        JoinedPath.Append(text, Directories.Of(ref context, fd), path);
        return true;
    }

    private static bool TryAppend(ValueBuffer text, ReadOnlySpan<byte> meaning)
    {
        text.Append(meaning);
        return !meaning.IsEmpty;
    }

    private static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }
}

/// <summary>Little-endian integers of 1, 2, 4 or 8 bytes; other lengths read as 0.</summary>
internal static class RawNumber
{
    public static long Signed(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        1 => (sbyte)bytes[0],
        _ => 0,
    };

    public static ulong Unsigned(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        1 => bytes[0],
        _ => 0,
    };
}
